#include "jupyter/light_start.hpp"

#include "jupyter/late_modules.hpp"

namespace py = pybind11;

namespace xmemory::jupyter
{
    namespace
    {
        constexpr const char* terminal = "IPython.terminal.embed";
        constexpr const char* jedi = "jedi";
        constexpr const char* extensions = "typing_extensions";
        bool jedi_was_left_out = false;
        bool extensions_were_left_out = false;

        // In the place of IPython.embed: it looks at its caller's frame, and this has none of its own.
        py::object embed(const py::args& args, const py::kwargs& kwargs)
        {
            return py::module_::import(terminal).attr("embed")(*args, **kwargs);
        }

        // What IPython takes from it: two names that are Python's own since 3.11 (those who took them keep them), and a class that
        // only completion compares with.
        py::module_ stand_in_for_extensions(const py::module_& typing)
        {
            py::module_ stand_in = make_late_module(extensions);
            for (const char* name : {"Self", "LiteralString"})
            {
                stand_in.attr(name) = typing.attr(name);
            }
            const py::object type = py::reinterpret_borrow<py::object>(reinterpret_cast<PyObject*>(&PyType_Type));
            stand_in.attr("TypeAliasType") = type("TypeAliasType", py::tuple(), py::dict());
            return stand_in;
        }

        void bring_in_extensions()
        {
            py::module_::import("IPython.core.guarded_eval").attr("TypeAliasType") =
                py::module_::import(extensions).attr("TypeAliasType");
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

        void bring_in_jedi(const py::object& shell)
        {
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
        const py::module_ typing = py::module_::import("typing");
        if (!modules_.contains(extensions) && py::hasattr(typing, "LiteralString"))
        {
            extensions_ = stand_in_for_extensions(typing);
            modules_[extensions] = extensions_;
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
        extensions_were_left_out = extensions_ && end_late_module(modules_, extensions, extensions_);
    }

    void prepare_completion(const py::object& shell)
    {
        if (extensions_were_left_out)
        {
            extensions_were_left_out = false;
            bring_in_extensions();
        }
        if (jedi_was_left_out)
        {
            jedi_was_left_out = false;
            bring_in_jedi(shell);
        }
    }
}
