#include "jupyter/measurement_type.hpp"

#include <chrono>
#include <optional>

#include <pybind11/pybind11.h>
#include <pybind11_json/pybind11_json.hpp>

#include "core/ledger.hpp"
#include "core/scope.hpp"
#include "magics/figures.hpp"

namespace py = pybind11;

namespace xmemory::jupyter
{
    namespace
    {
        struct Measurement
        {
            PyObject_HEAD int token; // of the open span; 0 before and after
            PyObject* figures;       // a dict once it has ended
            double began;
        };

        Measurement* as_measurement(PyObject* self) { return reinterpret_cast<Measurement*>(self); }

        double steady_seconds()
        {
            return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
        }

        // nullptr with a Python error where the figures are not known.
        PyObject* to_dict(const core::SpanFigures& span, double seconds)
        {
            if (span.numbers_ran_out)
            {
                return PyErr_Format(PyExc_RuntimeError,
                                    "unknown, because %s: drop what they made, or measure in another cell",
                                    magics::why_numbers_ran_out);
            }
            nlohmann::json data = report::to_json(magics::to_figures(span));
            data["freed_bytes"] =
                data["freed_own_bytes"].get<std::int64_t>() + data["freed_earlier_bytes"].get<std::int64_t>();
            data["exact"] = !span.threads_raced;
            data["why"] = span.threads_raced ? magics::why_at_least : "";
            data["seconds"] = seconds;
            return py::object(data).release().ptr();
        }

        PyObject* enter(PyObject* self, PyObject*)
        {
            const core::TutorScope scope;
            if (!core::here().runs_cells || !core::ledger::cell_is_running())
            {
                PyErr_SetString(PyExc_RuntimeError, "measure() works in a cell, on the thread that runs the cell");
                return nullptr;
            }
            if (as_measurement(self)->token != 0 || as_measurement(self)->figures != nullptr)
            {
                PyErr_SetString(PyExc_RuntimeError, "this measurement was used already: call measure() again");
                return nullptr;
            }
            Py_INCREF(self);
            as_measurement(self)->began = steady_seconds();
            as_measurement(self)->token = core::ledger::begin_measurement();
            return self;
        }

        PyObject* leave(PyObject* self, PyObject* const*, Py_ssize_t)
        {
            const core::TutorScope scope;
            const int token = as_measurement(self)->token;
            as_measurement(self)->token = 0;
            if (!core::ledger::measurement_is_open(token))
            {
                PyErr_SetString(PyExc_RuntimeError, "this measurement ended with the cell or with one around it");
                return nullptr;
            }
            const core::SpanFigures span = core::ledger::end_measurement(token);
            as_measurement(self)->figures = to_dict(span, steady_seconds() - as_measurement(self)->began);
            return as_measurement(self)->figures ? Py_NewRef(Py_False) : nullptr;
        }

        // New reference: the figures, so far where it is still open. nullptr with an error where there are none.
        PyObject* figures_of(PyObject* self)
        {
            if (as_measurement(self)->figures != nullptr)
            {
                return Py_NewRef(as_measurement(self)->figures);
            }
            if (!core::ledger::measurement_is_open(as_measurement(self)->token))
            {
                PyErr_SetString(PyExc_RuntimeError, "nothing was measured: write 'with xmemory.measure() as m:' first");
                return nullptr;
            }
            return to_dict(core::ledger::read_measurement(as_measurement(self)->token),
                           steady_seconds() - as_measurement(self)->began);
        }

        PyObject* as_dict(PyObject* self, PyObject*)
        {
            const core::TutorScope scope;
            PyObject* figures = figures_of(self);
            PyObject* copy = figures ? PyDict_Copy(figures) : nullptr;
            Py_XDECREF(figures);
            return copy;
        }

        PyObject* get_attribute(PyObject* self, PyObject* name)
        {
            const core::TutorScope scope;
            PyObject* own = PyObject_GenericGetAttr(self, name);
            if (own != nullptr || !PyErr_ExceptionMatches(PyExc_AttributeError))
            {
                return own;
            }
            PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
            PyErr_Fetch(&type, &value, &traceback);
            PyObject* figures = figures_of(self);
            PyObject* figure = figures ? Py_XNewRef(PyDict_GetItemWithError(figures, name)) : nullptr;
            Py_XDECREF(figures);
            if (figure != nullptr || PyErr_Occurred())
            {
                Py_XDECREF(type);
                Py_XDECREF(value);
                Py_XDECREF(traceback);
                return figure;
            }
            PyErr_Restore(type, value, traceback);
            return nullptr;
        }

        PyObject* directory(PyObject* self, PyObject*)
        {
            const core::TutorScope scope;
            PyObject* names = PyObject_Dir(reinterpret_cast<PyObject*>(Py_TYPE(self)));
            PyObject* figures = names ? figures_of(self) : nullptr;
            PyErr_Clear();
            PyObject* keys = figures ? PyDict_Keys(figures) : nullptr;
            PyObject* all = keys ? PySequence_Concat(names, keys) : Py_XNewRef(names);
            Py_XDECREF(names);
            Py_XDECREF(figures);
            Py_XDECREF(keys);
            return all;
        }

        PyObject* represent(PyObject* self)
        {
            const core::TutorScope scope;
            PyObject* figures = figures_of(self);
            if (figures == nullptr)
            {
                PyErr_Clear();
                return PyUnicode_FromString("<xmemory.measure(), not begun>");
            }
            PyObject* text = PyUnicode_FromFormat("<xmemory.measure(): peak %S B, kept %S B>",
                                                  PyDict_GetItemString(figures, "peak_bytes"),
                                                  PyDict_GetItemString(figures, "kept_bytes"));
            Py_DECREF(figures);
            return text;
        }

        void deallocate(PyObject* self)
        {
            PyTypeObject* type = Py_TYPE(self);
            Py_XDECREF(as_measurement(self)->figures);
            type->tp_free(self);
            Py_DECREF(type);
        }

        template <typename Function>
        void* slot(Function* function)
        {
            return reinterpret_cast<void*>(function);
        }

        PyTypeObject* measurement_type = nullptr;

        // __enter__ and __exit__ bind as the tutor: the bound method goes when the measurement has begun already, and must not
        // count there as something freed.
        struct Method
        {
            PyObject_HEAD PyMethodDef* method;
        };

        PyObject* bind(PyObject* self, PyObject* object, PyObject*)
        {
            const core::TutorScope scope;
            return object ? PyCFunction_New(reinterpret_cast<Method*>(self)->method, object) : Py_NewRef(self);
        }

        bool add_method(PyMethodDef& method)
        {
            static PyType_Slot slots[] = {{Py_tp_descr_get, slot(bind)}, {0, nullptr}};
            static PyType_Spec spec = {"xmemory.Method", sizeof(Method), 0, Py_TPFLAGS_DEFAULT, slots};
            static auto* type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
            PyObject* self = type ? type->tp_alloc(type, 0) : nullptr;
            if (self == nullptr)
            {
                return false;
            }
            reinterpret_cast<Method*>(self)->method = &method;
            const int failed = PyObject_SetAttrString(reinterpret_cast<PyObject*>(measurement_type), method.ml_name, self);
            Py_DECREF(self);
            return failed == 0;
        }
    }

    bool prepare_measurement_type()
    {
        static PyMethodDef begin = {"__enter__", enter, METH_NOARGS, "Begin to measure."};
        static PyMethodDef end = {"__exit__", reinterpret_cast<PyCFunction>(slot(leave)), METH_FASTCALL,
                                  "End it; errors go on."};
        static PyMethodDef methods[] = {
            {"as_dict", as_dict, METH_NOARGS, "All figures as a plain dict; so far, while it is open."},
            {"__dir__", directory, METH_NOARGS, "The figures by name."},
            {nullptr, nullptr, 0, nullptr}};
        static PyType_Slot slots[] = {{Py_tp_dealloc, slot(deallocate)},
                                      {Py_tp_getattro, slot(get_attribute)},
                                      {Py_tp_repr, slot(represent)},
                                      {Py_tp_methods, methods},
                                      {0, nullptr}};
        static PyType_Spec spec = {"xmemory.Measurement", sizeof(Measurement), 0, Py_TPFLAGS_DEFAULT, slots};
        measurement_type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
        return measurement_type != nullptr && add_method(begin) && add_method(end);
    }

    PyObject* make_measurement(PyObject*, PyObject*)
    {
        const core::TutorScope scope;
        return measurement_type->tp_alloc(measurement_type, 0);
    }

    bool is_measurement(PyObject* object) { return Py_TYPE(object) == measurement_type; }

    PyObject* figures_of_ended(PyObject* measurement) { return as_measurement(measurement)->figures; }
}
