#include "jupyter/light_start.hpp"

namespace py = pybind11;

namespace xmemory::jupyter
{
    namespace
    {
        constexpr const char* terminal = "IPython.terminal.embed";
        constexpr const char* jedi = "jedi";
        bool jedi_was_left_out = false;

        // In the place of IPython.embed: it looks at its caller's frame, and this has none of its own.
        py::object embed(const py::args& args, const py::kwargs& kwargs)
        {
            return py::module_::import(terminal).attr("embed")(*args, **kwargs);
        }

        bool configuration_tells_about_jedi(const py::object& completer)
        {
            const py::object config = completer.attr("config");
            for (const char* section : {"Completer", "IPCompleter"})
            {
                if (config.contains(section) && config[section].contains("use_jedi"))
                {
                    return true;
                }
            }
            return false;
        }
    }

    LightStart::LightStart() : modules_(py::module_::import("sys").attr("modules"))
    {
        without_terminal_ = !modules_.contains("IPython");
        if (without_terminal_)
        {
            py::module_ stand_in = py::reinterpret_steal<py::module_>(PyModule_New(terminal));
            stand_in.def("embed", embed, "Starts IPython within the running program: IPython.terminal.embed.embed.");
            modules_[terminal] = stand_in;
        }
        without_jedi_ = !modules_.contains(jedi);
        if (without_jedi_)
        {
            modules_[jedi] = py::none(); // an import of it fails
        }
    }

    LightStart::~LightStart()
    {
        if (without_terminal_ && modules_.contains(terminal))
        {
            modules_.attr("pop")(terminal);
        }
        if (without_jedi_)
        {
            modules_.attr("pop")(jedi);
            jedi_was_left_out = true;
        }
    }

    void bring_in_jedi(const py::object& shell)
    {
        if (!jedi_was_left_out)
        {
            return;
        }
        jedi_was_left_out = false;
        try
        {
            const py::module_ completer = py::module_::import("IPython.core.completer");
            const py::module_ module = py::module_::import(jedi);
            py::module_::import("jedi.api.helpers");
            py::module_::import("jedi.api.classes");
            module.attr("settings").attr("case_insensitive_completion") = false;
            completer.attr("jedi") = module;
            completer.attr("JEDI_INSTALLED") = true;
            const py::object used = shell.attr("Completer");
            if (!configuration_tells_about_jedi(used))
            {
                used.attr("use_jedi") = true;
            }
        }
        catch (const py::error_already_set& error)
        {
            if (!error.matches(PyExc_ImportError)) // it is not installed, and IPython completes without it
            {
                throw;
            }
        }
    }
}
