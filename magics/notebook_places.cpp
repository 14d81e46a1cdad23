#include "magics/notebook_places.hpp"

#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        // Borrowed from who has it.
        PyObject* attribute(const py::handle& object, const char* name)
        {
            const py::object value = py::getattr(object, name, py::none());
            return value.is_none() ? nullptr : value.ptr();
        }
    }

    cpython::NotebookPlaces notebook_places()
    {
        const py::object shell = py::module_::import("IPython").attr("get_ipython")();
        cpython::NotebookPlaces places;
        places.names = attribute(shell, "user_ns");
        places.outputs = attribute(shell.attr("history_manager"), "output_hist");
        places.hidden = attribute(shell, "user_ns_hidden");
        places.shell = shell.ptr();
        places.display_hook = attribute(shell, "displayhook");
        places.last_result = attribute(shell, "last_execution_result");
        return places;
    }
}
