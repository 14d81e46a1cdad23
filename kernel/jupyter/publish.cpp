#include "jupyter/publish.hpp"

#include <pybind11_json/pybind11_json.hpp>
#include <xeus/xinterpreter.hpp>

#include <unistd.h>

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

    void Display::show(const report::Document& document)
    {
        publish(report::render_bundle(document), false);
        display_id_.clear();
    }

    void Display::progress(const std::string& words) { publish({{"text/plain", words}}, true); }

    void Display::publish(const nlohmann::json& bundle, bool replaceable)
    {
        using namespace pybind11::literals;
        const core::TutorScope scope;
        const bool replaces = !display_id_.empty();
        if (!replaces && replaceable)
        {
            static int last = 0;
            display_id_ = "xmemory-" + std::to_string(getpid()) + "-" + std::to_string(++last);
        }
        pybind11::dict transient;
        if (!display_id_.empty())
        {
            transient["display_id"] = display_id_;
        }
        shell_.attr("display_pub")
            .attr("publish")(pybind11::object(bundle), pybind11::dict(), "transient"_a = transient, "update"_a = replaces);
    }
}
