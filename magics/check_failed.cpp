#include "magics/check_failed.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        // IPython asks for it instead of making a traceback (IPython/core/interactiveshell.py, showtraceback).
        PyObject* render_traceback(PyObject*, PyObject* error)
        {
            PyObject* line = PyUnicode_FromFormat("\x1b[0;31mCheckFailed\x1b[0m: %S", error);
            PyObject* lines = line ? PyList_New(1) : nullptr;
            if (lines == nullptr)
            {
                Py_XDECREF(line);
                return nullptr;
            }
            PyList_SET_ITEM(lines, 0, line);
            return lines;
        }

        PyMethodDef render_method = {"_render_traceback_", render_traceback, METH_O,
                                     "What IPython shows: the message alone."};

        PyObject* make_type()
        {
            PyObject* type = PyErr_NewExceptionWithDoc(
                "xmemory.CheckFailed", "A cell or a piece of code went over a limit of %%memory check or xmemory.check().",
                PyExc_AssertionError, nullptr);
            PyObject* function = type ? PyCFunction_New(&render_method, nullptr) : nullptr;
            // A C function does not bind to its object by itself.
            PyObject* method = function ? PyInstanceMethod_New(function) : nullptr;
            const bool added = method && PyObject_SetAttrString(type, render_method.ml_name, method) == 0;
            Py_XDECREF(function);
            Py_XDECREF(method);
            if (!added)
            {
                throw py::error_already_set();
            }
            return type;
        }
    }

    py::handle check_failed_type()
    {
        static PyObject* const type = make_type();
        return type;
    }

    void raise_check_failed(const std::string& message)
    {
        PyErr_SetString(check_failed_type().ptr(), message.c_str());
        throw py::error_already_set();
    }
}
