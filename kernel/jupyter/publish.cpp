#include "jupyter/publish.hpp"

#include <pybind11_json/pybind11_json.hpp>
#include <xeus/xinterpreter.hpp>

#include "core/scope.hpp"
#include "jupyter/output.hpp"
#include "report/render.hpp"

namespace xmemory::jupyter
{
    void publish(Output& output, const report::Document& document)
    {
        const core::TutorScope scope;
        output.flush();
        xeus::get_interpreter().display_data(report::render_bundle(document), nlohmann::json::object(),
                                             nlohmann::json::object());
    }

    void display(const pybind11::object& shell, const report::Document& document)
    {
        const core::TutorScope scope;
        shell.attr("display_pub").attr("publish")(pybind11::object(report::render_bundle(document)), pybind11::dict());
    }
}
