#include "jupyter/variable_inspector.hpp"

#include <pybind11_json/pybind11_json.hpp>

namespace py = pybind11;

namespace xmemory::jupyter
{
    struct __attribute__((visibility("hidden"))) VariableInspector::Explorer
    {
        py::object object;
    };

    VariableInspector::VariableInspector() = default;
    VariableInspector::~VariableInspector() = default;

    bool VariableInspector::takes(const std::string& command)
    {
        return command == "inspectVariables" || command == "variables";
    }

    nlohmann::json VariableInspector::answer(const nlohmann::json& request)
    {
        const py::gil_scoped_acquire gil;
        const std::string command = request.value("command", "");
        try
        {
            if (!explorer_)
            {
                const py::object made = py::module_::import("xeus_python_shell.debugger").attr("XDebugger")();
                explorer_.reset(new Explorer{made});
            }
            const char* method = command == "variables" ? "variables" : "inspect_variables";
            return explorer_->object.attr(method)(py::object(request));
        }
        catch (py::error_already_set& error)
        {
            return {{"type", "response"},      {"request_seq", request.value("seq", 0)},
                    {"success", false},        {"command", command},
                    {"message", error.what()}, {"body", nlohmann::json::object()}};
        }
    }
}
