// Answers inspectVariables and variables of the debug protocol while no debugger was started: xeus-python's own answer needs
// one, and a front end's variable view asks without. On the control thread; takes the GIL.
#pragma once

#include <memory>

#include <nlohmann/json.hpp>

namespace xmemory::jupyter
{
    class VariableInspector
    {
    public:
        VariableInspector();
        ~VariableInspector();

        static bool takes(const std::string& command);
        // request: the content of a debug_request; the content of its debug_reply.
        nlohmann::json answer(const nlohmann::json& request);

    private:
        struct Explorer;
        std::unique_ptr<Explorer> explorer_;
    };
}
