#include "jupyter/memory_magic.hpp"

#include <optional>
#include <string>

#include "core/scope.hpp"
#include "jupyter/publish.hpp"
#include "magics/command.hpp"

namespace py = pybind11;

namespace xmemory::jupyter
{
    namespace
    {
        [[noreturn]] void raise_usage_error(const char* sentence)
        {
            const py::object error = py::module_::import("IPython.core.error").attr("UsageError");
            PyErr_SetString(error.ptr(), sentence);
            throw py::error_already_set();
        }
    }

    namespace
    {
        // What %memory? shows.
        std::string documentation()
        {
            std::string text = "Say where memory is and what it cost.\n";
            for (const magics::Command& command : magics::commands())
            {
                text += "\n    %memory " + std::string(command.usage) + "\n        " + command.summary;
            }
            return text + "\n\n%memory help COMMAND explains one, with examples.";
        }
    }

    void register_memory_magic(const py::object& shell)
    {
        const auto run = [shell](const std::string& line, const std::optional<std::string>& body)
        {
            const core::TutorScope scope;
            try
            {
                Display display(shell);
                magics::run_line(
                    line, body, [&](const report::Document& document) { display.show(document); },
                    [&](const std::string& words) { display.progress(words); });
            }
            catch (const magics::UsageError& error)
            {
                raise_usage_error(error.what());
            }
        };
        const py::cpp_function magic([run](const std::string& line, const py::object& body)
                                     { run(line, body.is_none() ? std::nullopt : std::optional(body.cast<std::string>())); },
                                     py::arg("line"), py::arg("cell") = py::none(), py::doc(documentation().c_str()));
        // IPython would put values in the place of {…} and $…: what is measured is the code as it was typed. A function of C++ takes
        // no attributes.
        const py::object as_typed = py::module_::import("functools").attr("partial")(magic);
        as_typed.attr("_ipython_magic_no_var_expand") = true; // MAGIC_NO_VAR_EXPAND_ATTR in IPython/core/magic.py
        as_typed.attr("__doc__") = magic.attr("__doc__");
        shell.attr("register_magic_function")(as_typed, py::arg("magic_kind") = "line_cell", py::arg("magic_name") = "memory");
    }
}
