#include "jupyter/publish.hpp"

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
}
