#include "cpython/earlier_tasks.hpp"

#include <Python.h>

#include <optional>

#include "core/scope.hpp"

namespace xmemory::cpython::earlier_tasks
{
    namespace
    {
        constexpr int maker_bits = 12;

        PyObject* started_in = nullptr; // the context variable: a cell's serial and its maker
        PyObject* context_name = nullptr;
        PyObject* get_name = nullptr;

        // Nothing: started outside of any cell, or by the learner in a context of their own making.
        std::optional<long> cell_of(PyObject* handle)
        {
            PyObject* context = PyObject_GetAttr(handle, context_name);
            PyObject* value = context ? PyObject_CallMethodOneArg(context, get_name, started_in) : nullptr;
            Py_XDECREF(context);
            const bool known = value != nullptr && PyLong_Check(value);
            const long cell = known ? PyLong_AsLong(value) : 0;
            Py_XDECREF(value);
            PyErr_Clear();
            return known ? std::optional(cell) : std::nullopt;
        }

        // The maker's number may have passed to another cell meanwhile.
        core::MakerId maker_of(long cell)
        {
            const auto maker = static_cast<core::MakerId>(cell & ((1 << maker_bits) - 1));
            const auto serial = static_cast<std::uint32_t>(cell >> maker_bits);
            return core::serial_of_maker[maker].load(std::memory_order_relaxed) == serial ? maker : core::earlier_cells;
        }

        // self: the _run that was there before; the one argument is the handle.
        PyObject* run_handle(PyObject* self, PyObject* handle)
        {
            const std::uint32_t now = core::active_cell.serial.load(std::memory_order_relaxed);
            std::optional<long> cell;
            if (core::here().runs_cells && now != 0)
            {
                const core::TutorScope scope;
                cell = cell_of(handle);
            }
            if (!cell || *cell >> maker_bits == static_cast<long>(now))
            {
                return PyObject_CallOneArg(self, handle);
            }
            const core::Scope scope(maker_of(*cell), core::Role::tutor);
            return PyObject_CallOneArg(self, handle);
        }

        PyMethodDef run_method = {"_run", run_handle, METH_O, "Runs the callback, for the cell that it belongs to."};
    }

    bool follow()
    {
        started_in = PyContextVar_New("xmemory_cell", nullptr);
        context_name = PyUnicode_InternFromString("_context");
        get_name = PyUnicode_InternFromString("get");
        PyObject* events = PyImport_ImportModule("asyncio.events");
        PyObject* type = events ? PyObject_GetAttrString(events, "Handle") : nullptr;
        PyObject* before = type ? PyObject_GetAttrString(type, "_run") : nullptr;
        PyObject* function = before ? PyCFunction_New(&run_method, before) : nullptr;
        PyObject* method = function ? PyInstanceMethod_New(function) : nullptr;
        const bool done = started_in != nullptr && context_name != nullptr && get_name != nullptr && method != nullptr &&
                          PyObject_SetAttrString(type, "_run", method) == 0;
        for (PyObject* object : {events, type, before, function, method})
        {
            Py_XDECREF(object);
        }
        return done;
    }

    void begin_cell()
    {
        const core::TutorScope scope;
        const long cell = static_cast<long>(core::active_cell.serial.load(std::memory_order_relaxed)) << maker_bits |
                          static_cast<long>(core::active_cell.maker);
        PyObject* value = PyLong_FromLong(cell);
        PyObject* token = value ? PyContextVar_Set(started_in, value) : nullptr;
        Py_XDECREF(value);
        Py_XDECREF(token);
        PyErr_Clear();
    }
}
