#include "jupyter/tracebacks.hpp"

#include <string>
#include <vector>

#include "magics/at_limit.hpp"

namespace py = pybind11;

namespace xmemory::jupyter
{
    namespace
    {
        std::vector<py::object> entries_of(py::object traceback)
        {
            std::vector<py::object> entries;
            for (; !traceback.is_none(); traceback = traceback.attr("tb_next"))
            {
                entries.push_back(traceback);
            }
            return entries;
        }

        py::object code_of(const py::object& entry) { return entry.attr("tb_frame").attr("f_code"); }

        std::string file_of(const py::object& entry) { return code_of(entry).attr("co_filename").cast<std::string>(); }

        bool ends_with(const std::string& text, const std::string& end)
        {
            return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
        }

        // IPython's InteractiveShell.run_cell_magic: its frame calls the magic, which is C++ and has none.
        bool calls_a_cell_magic(const py::object& entry)
        {
            return code_of(entry).attr("co_name").cast<std::string>() == "run_cell_magic" &&
                   ends_with(file_of(entry), "IPython/core/interactiveshell.py");
        }

        bool compiles(const py::object& entry)
        {
            return ends_with(file_of(entry), "IPython/core/compilerop.py") || ends_with(file_of(entry), "/codeop.py");
        }

        // The first entry is IPython's own, which it leaves out by number; after it comes the body's.
        py::object shortened(const py::object& type, const py::object& traceback, const py::object& names_of_cells)
        {
            const std::vector<py::object> entries = entries_of(traceback);
            for (std::size_t index = 1; index + 1 < entries.size(); ++index)
            {
                const py::object& next = entries[index + 1];
                if (!calls_a_cell_magic(entries[index]))
                {
                    continue;
                }
                if (compiles(next) && PyObject_IsSubclass(type.ptr(), PyExc_SyntaxError) == 1)
                {
                    return py::none();
                }
                if (names_of_cells.contains(code_of(next).attr("co_filename")))
                {
                    return py::module_::import("types").attr("TracebackType")(
                        next, entries[0].attr("tb_frame"), entries[0].attr("tb_lasti"), entries[0].attr("tb_lineno"));
                }
            }
            return traceback;
        }
    }

    void shorten_tracebacks(const py::object& shell)
    {
        const py::object original = shell.attr("_get_exc_info"), compiler = shell.attr("compile");
        shell.attr("_get_exc_info") = py::cpp_function(
            [original, compiler](const py::args& args, const py::kwargs& keywords)
            {
                py::tuple error = original(*args, **keywords);
                magics::at_limit::prepare_error(error[1]);
                if (error[2].is_none())
                {
                    return error;
                }
                const py::object names_of_cells = compiler.attr("_filename_map");
                return py::make_tuple(error[0], error[1], shortened(error[0], error[2], names_of_cells));
            });
    }
}
