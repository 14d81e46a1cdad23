#include "jupyter/late_modules.hpp"

#include <string>
#include <vector>

namespace py = pybind11;

namespace xmemory::jupyter
{
    namespace
    {
        struct Late
        {
            const char* name;
            // What is imported from it by name, which would ask for it at once: functions in the place of these call them.
            std::vector<const char*> functions;
        };

        // By whom, with IPython 8.39 on CPython 3.11.
        const std::vector<Late>& late_modules()
        {
            static const std::vector<Late> modules{
                {"pydoc", {}},                              // IPython.core.ultratb
                {"stack_data", {}},                         // likewise: the first traceback asks for it
                {"pstats", {}},                             // IPython.core.magics.execution
                {"urllib.request", {"Request", "urlopen"}}, // IPython.core.magics.code
                {"html", {"escape"}},                       // IPython.lib.display
                {"mimetypes", {}},                          // IPython.core.display
                {"ssl", {}},                                // asyncio.base_events
                {"asyncio.sslproto", {}},                   // asyncio.selector_events
                {"ipaddress", {}},                          // urllib.parse
                {"pickle", {}},                             // logging.handlers
                {"lzma", {}},                               // shutil
                {"bz2", {}},                                // likewise
                {"decimal", {}},                            // fractions, statistics
                {"fractions", {}}};
            return modules;
        }

        bool is_special(const std::string& attribute) { return attribute.rfind("__", 0) == 0; }

        py::object attribute_of_module(const std::string& name, const std::string& attribute)
        {
            return py::module_::import(name.c_str()).attr(attribute.c_str());
        }

        // "import package" alone is enough for those who use package.module, as long as IPython has imported that.
        void put_into_package(const std::string& name, const py::object& stand_in)
        {
            const std::size_t dot = name.rfind('.');
            if (dot != std::string::npos)
            {
                py::module_::import(name.substr(0, dot).c_str()).attr(name.substr(dot + 1).c_str()) = stand_in;
            }
        }
    }

    py::module_ make_late_module(const std::string& name)
    {
        py::module_ stand_in = py::reinterpret_steal<py::module_>(PyModule_New(name.c_str()));
        const py::handle itself = stand_in; // which owns the function
        stand_in.attr("__getattr__") = py::cpp_function(
            [name, itself](const std::string& attribute)
            {
                if (is_special(attribute)) // the import machinery looks at these
                {
                    throw py::attribute_error(attribute);
                }
                const py::dict modules = py::module_::import("sys").attr("modules");
                end_late_module(modules, name, py::reinterpret_borrow<py::object>(itself));
                return attribute_of_module(name, attribute);
            });
        return stand_in;
    }

    bool end_late_module(const py::dict& modules, const std::string& name, const py::object& stand_in)
    {
        const bool is_there = PyDict_GetItemString(modules.ptr(), name.c_str()) == stand_in.ptr();
        if (is_there)
        {
            modules.attr("pop")(name);
        }
        return is_there;
    }

    LateModules::LateModules() : modules_(py::module_::import("sys").attr("modules"))
    {
        for (const Late& late : late_modules())
        {
            if (modules_.contains(late.name))
            {
                continue;
            }
            py::module_ stand_in = make_late_module(late.name);
            for (const std::string function : late.functions)
            {
                stand_in.attr(function.c_str()) =
                    py::cpp_function([name = std::string(late.name), function](const py::args& args, const py::kwargs& kwargs)
                                     { return attribute_of_module(name, function)(*args, **kwargs); });
            }
            stand_ins_[late.name] = stand_in;
            modules_[late.name] = stand_in;
        }
    }

    LateModules::~LateModules()
    {
        for (const auto& [key, value] : stand_ins_)
        {
            const auto name = key.cast<std::string>();
            const auto stand_in = py::reinterpret_borrow<py::object>(value);
            if (end_late_module(modules_, name, stand_in))
            {
                put_into_package(name, stand_in);
            }
        }
    }
}
