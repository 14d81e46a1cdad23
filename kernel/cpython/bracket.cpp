#include "cpython/bracket.hpp"

#include <optional>
#include <string_view>

#include "core/scope.hpp"
#include "cpython/at_limit.hpp"
#include "cpython/interrupt_gate.hpp"

namespace xmemory::cpython
{
    namespace
    {
        // One of the two scopes, chosen when it begins.
        class Bracket
        {
        public:
            explicit Bracket(Side side) { side == Side::learner ? void(learner_.emplace()) : void(tutor_.emplace()); }

        private:
            std::optional<core::LearnerScope> learner_;
            std::optional<core::TutorScope> tutor_;
        };

        // A step of a coroutine. The loop around it waits with the gate open; of the coroutines only the learner's are interrupted:
        // IPython's would be left with its locks held.
        class StepBracket
        {
        public:
            explicit StepBracket(Side side) : bracket_(side)
            {
                side == Side::learner ? void(gate_.emplace()) : void(hold_.emplace());
            }

        private:
            Bracket bracket_;
            std::optional<InterruptGate> gate_;
            std::optional<InterruptHold> hold_;
        };

        struct Wrapper
        {
            PyObject_HEAD PyObject* wrapped;
            Side side;
        };

        bool interrupt_wanted = false;
        PyTypeObject* callable_type = nullptr;
        PyTypeObject* coroutine_type = nullptr;

        Wrapper* as_wrapper(PyObject* self) { return reinterpret_cast<Wrapper*>(self); }

        PyObject* make_wrapper(PyTypeObject* type, PyObject* wrapped, Side side)
        {
            PyObject* self = type->tp_alloc(type, 0);
            if (self != nullptr)
            {
                as_wrapper(self)->wrapped = Py_NewRef(wrapped);
                as_wrapper(self)->side = side;
            }
            return self;
        }

        int wrapper_traverse(PyObject* self, visitproc visit, void* arg)
        {
            Py_VISIT(as_wrapper(self)->wrapped);
            Py_VISIT(Py_TYPE(self));
            return 0;
        }

        int wrapper_clear(PyObject* self)
        {
            Py_CLEAR(as_wrapper(self)->wrapped);
            return 0;
        }

        void wrapper_dealloc(PyObject* self)
        {
            PyTypeObject* type = Py_TYPE(self);
            PyObject_GC_UnTrack(self);
            wrapper_clear(self);
            type->tp_free(self);
            Py_DECREF(type);
        }

        PyObject* wrapper_getattro(PyObject* self, PyObject* name)
        {
            PyObject* own = PyObject_GenericGetAttr(self, name);
            if (own != nullptr || !PyErr_ExceptionMatches(PyExc_AttributeError))
            {
                return own;
            }
            PyErr_Clear();
            return PyObject_GetAttr(as_wrapper(self)->wrapped, name);
        }

        PyObject* left(PyObject* self, PyObject* result)
        {
            return as_wrapper(self)->side == Side::learner ? at_limit::leave_learners_code(result) : result;
        }

        PyObject* callable_call(PyObject* self, PyObject* args, PyObject* kwargs)
        {
            Bracket bracket(as_wrapper(self)->side);
            return left(self, PyObject_Call(as_wrapper(self)->wrapped, args, kwargs));
        }

        PyObject* coroutine_await(PyObject* self) { return Py_NewRef(self); }

        PySendResult coroutine_am_send(PyObject* self, PyObject* value, PyObject** result)
        {
            const StepBracket bracket(as_wrapper(self)->side);
            if (PyErr_Occurred())
            {
                *result = nullptr;
                return PYGEN_ERROR;
            }
            const PySendResult sent = PyIter_Send(as_wrapper(self)->wrapped, value, result);
            *result = left(self, *result);
            return *result == nullptr ? PYGEN_ERROR : sent;
        }

        PyObject* raise_stop_iteration(PyObject* value)
        {
            PyObject* stop = PyObject_CallOneArg(PyExc_StopIteration, value); // a tuple must not become its arguments
            Py_DECREF(value);
            if (stop != nullptr)
            {
                PyErr_SetObject(PyExc_StopIteration, stop);
                Py_DECREF(stop);
            }
            return nullptr;
        }

        PyObject* coroutine_send(PyObject* self, PyObject* value)
        {
            PyObject* result = nullptr;
            const PySendResult sent = coroutine_am_send(self, value, &result);
            return sent == PYGEN_RETURN ? raise_stop_iteration(result) : result;
        }

        PyObject* coroutine_next(PyObject* self) { return coroutine_send(self, Py_None); }

        bool is_cancellation(PyObject* exception)
        {
            const PyObject* type = PyType_Check(exception) ? exception : reinterpret_cast<PyObject*>(Py_TYPE(exception));
            const char* name = reinterpret_cast<const PyTypeObject*>(type)->tp_name;
            return PyUnicode_Check(exception) == 0 &&
                   std::string_view(name).find("CancelledError") != std::string_view::npos;
        }

        PyObject* coroutine_throw(PyObject* self, PyObject* const* args, Py_ssize_t count)
        {
            PyObject* wrapped = as_wrapper(self)->wrapped;
            const StepBracket bracket(as_wrapper(self)->side);
            if (PyErr_Occurred())
            {
                return nullptr;
            }
            if (interrupt_wanted && count > 0 && as_wrapper(self)->side == Side::learner && is_cancellation(args[0]))
            {
                interrupt_wanted = false;
                return PyObject_CallMethod(wrapped, "throw", "O", PyExc_KeyboardInterrupt);
            }
            PyObject* method = PyObject_GetAttrString(wrapped, "throw");
            if (method == nullptr)
            {
                return nullptr;
            }
            PyObject* result = PyObject_Vectorcall(method, args, static_cast<std::size_t>(count), nullptr);
            Py_DECREF(method);
            return result;
        }

        PyObject* coroutine_close(PyObject* self, PyObject*)
        {
            Bracket bracket(as_wrapper(self)->side);
            return PyObject_CallMethod(as_wrapper(self)->wrapped, "close", nullptr);
        }

        template <typename Function>
        void* slot(Function* function)
        {
            return reinterpret_cast<void*>(function);
        }

        PyTypeObject* make_callable_type()
        {
            static PyType_Slot slots[] = {{Py_tp_dealloc, slot(wrapper_dealloc)}, {Py_tp_traverse, slot(wrapper_traverse)},
                                          {Py_tp_clear, slot(wrapper_clear)},     {Py_tp_getattro, slot(wrapper_getattro)},
                                          {Py_tp_call, slot(callable_call)},      {0, nullptr}};
            static PyType_Spec spec = {"xmemory.BracketedCallable", sizeof(Wrapper), 0,
                                       Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
            return reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
        }

        PyTypeObject* make_coroutine_type()
        {
            static PyMethodDef methods[] = {
                {"send", coroutine_send, METH_O, nullptr},
                {"throw", reinterpret_cast<PyCFunction>(slot(coroutine_throw)), METH_FASTCALL, nullptr},
                {"close", coroutine_close, METH_NOARGS, nullptr},
                {nullptr, nullptr, 0, nullptr}};
            static PyType_Slot slots[] = {{Py_tp_dealloc, slot(wrapper_dealloc)},
                                          {Py_tp_traverse, slot(wrapper_traverse)},
                                          {Py_tp_clear, slot(wrapper_clear)},
                                          {Py_tp_getattro, slot(wrapper_getattro)},
                                          {Py_tp_iter, slot(coroutine_await)},
                                          {Py_tp_iternext, slot(coroutine_next)},
                                          {Py_am_await, slot(coroutine_await)},
                                          {Py_am_send, slot(coroutine_am_send)},
                                          {Py_tp_methods, methods},
                                          {0, nullptr}};
            static PyType_Spec spec = {"xmemory.BracketedCoroutine", sizeof(Wrapper), 0,
                                       Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
            return reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
        }
    }

    PyObject* make_bracketed_callable(PyObject* callable, Side side) { return make_wrapper(callable_type, callable, side); }

    PyObject* make_bracketed_coroutine(PyObject* coroutine, Side side)
    {
        return make_wrapper(coroutine_type, coroutine, side);
    }

    void interrupt_bracketed_coroutine() { interrupt_wanted = true; }

    bool prepare_brackets()
    {
        callable_type = make_callable_type();
        coroutine_type = make_coroutine_type();
        return callable_type != nullptr && coroutine_type != nullptr;
    }
}
