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
                {"pydoc", {}},                                // IPython.core.ultratb
                {"stack_data", {}},                           // likewise: the first traceback asks for it
                {"cProfile", {}},                             // IPython.core.magics.execution
                {"pstats", {}},                               // likewise
                {"mimetypes", {}},                            // IPython.core.display
                {"urllib.request", {"Request", "urlopen"}},   // IPython.core.magics.code
                {"ssl", {}},                                  // asyncio.base_events
                {"asyncio.sslproto", {}},                     // asyncio.selector_events
                {"lzma", {}},                                 // shutil
                {"bz2", {}},                                  // likewise
                {"decimal", {}},                              // fractions, statistics
                {"fractions", {}}};
            return modules;
        }

        // Whether it did stand in for the module.
        bool make_room(const py::dict& modules, py::handle name, py::handle stand_in)
        {
            const bool stood_there = PyDict_GetItem(modules.ptr(), name.ptr()) == stand_in.ptr();
            if (stood_there)
            {
                modules.attr("pop")(name);
            }
            return stood_there;
        }

        bool is_special(const std::string& attribute) { return attribute.rfind("__", 0) == 0; }

        py::module_ make_stand_in(const Late& late)
        {
            py::module_ stand_in = py::reinterpret_steal<py::module_>(PyModule_New(late.name));
            const std::string name = late.name;
            const py::handle itself = stand_in; // which owns what is made here
            const auto get = [name, itself](const std::string& attribute) -> py::object
            {
                if (is_special(attribute)) // the import machinery looks at these
                {
                    throw py::attribute_error(attribute);
                }
                make_room(py::module_::import("sys").attr("modules"), py::str(name), itself);
                return py::module_::import(name.c_str()).attr(attribute.c_str());
            };
            stand_in.attr("__getattr__") = py::cpp_function(get);
            for (const std::string function : late.functions)
            {
                stand_in.attr(function.c_str()) = py::cpp_function(
                    [get, function](const py::args& args, const py::kwargs& kwargs) { return get(function)(*args, **kwargs); });
            }
            return stand_in;
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

    LateModules::LateModules() : modules_(py::module_::import("sys").attr("modules"))
    {
        for (const Late& late : late_modules())
        {
            if (!modules_.contains(late.name))
            {
                stand_ins_[late.name] = make_stand_in(late);
                modules_[late.name] = stand_ins_[late.name];
            }
        }
    }

    LateModules::~LateModules()
    {
        for (const auto& [name, stand_in] : stand_ins_)
        {
            if (make_room(modules_, name, stand_in))
            {
                put_into_package(name.cast<std::string>(), py::reinterpret_borrow<py::object>(stand_in));
            }
        }
    }
}
