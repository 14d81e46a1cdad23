#include "cpython/ipython.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/scope.hpp"
#include "cpython/bracket.hpp"
#include "cpython/interrupt_gate.hpp"
#include "cpython/learner_code.hpp"

namespace xmemory::cpython
{
    namespace
    {
        // Owns one reference; nullptr stands for a Python error that is set.
        class Ref
        {
        public:
            explicit Ref(PyObject* object = nullptr) : object_(object) {}
            ~Ref() { Py_XDECREF(object_); }
            Ref(Ref&& other) noexcept : object_(other.object_) { other.object_ = nullptr; }
            Ref(const Ref&) = delete;
            Ref& operator=(const Ref&) = delete;

            PyObject* get() const { return object_; }
            PyObject* release()
            {
                PyObject* object = object_;
                object_ = nullptr;
                return object;
            }
            explicit operator bool() const { return object_ != nullptr; }

        private:
            PyObject* object_;
        };

        bool set_module_global(const char* module_name, const char* name, PyObject* value)
        {
            const Ref module(PyImport_ImportModule(module_name));
            return module && PyObject_SetAttrString(module.get(), name, value) == 0;
        }

        // The modules whose exec, eval and compile run or compile what the learner typed; nested statements, %%time, %timeit,
        // %run, %prun and get_ipython().ex() among them.
        bool replace_builtins()
        {
            const Ref exec(make_exec());
            const Ref eval(make_eval());
            const Ref compile(make_compile());
            if (!exec || !eval || !compile)
            {
                return false;
            }
            for (const char* module :
                 {"IPython.core.interactiveshell", "IPython.core.magics.execution", "IPython.utils.py3compat", "cProfile"})
            {
                if (!set_module_global(module, "exec", exec.get()) || !set_module_global(module, "eval", eval.get()))
                {
                    return false;
                }
            }
            return set_module_global("IPython.core.compilerop", "compile", compile.get()) &&
                   set_module_global("codeop", "compile", compile.get());
        }

        bool bracket_attribute(PyObject* object, const char* from, const char* to, Side side)
        {
            const Ref callable(PyObject_GetAttrString(object, from));
            const Ref bracketed(callable ? make_bracketed_callable(callable.get(), side) : nullptr);
            return bracketed && PyObject_SetAttrString(object, to, bracketed.get()) == 0;
        }

        // Magics that only wrap the learner's code: their own work is the tutor's. Any other magic works for the learner.
        bool is_wrapping_magic(PyObject* name)
        {
            constexpr std::array<std::string_view, 6> wrapping = {"time", "timeit", "capture", "run", "prun", "memory"};
            const char* text = PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : nullptr;
            if (text == nullptr)
            {
                PyErr_Clear();
                return false;
            }
            return std::find(wrapping.begin(), wrapping.end(), text) != wrapping.end();
        }

        // self is the shell's own method.
        PyObject* run_magic(PyObject* self, PyObject* args, PyObject* kwargs)
        {
            if (PyTuple_GET_SIZE(args) > 0 && is_wrapping_magic(PyTuple_GET_ITEM(args, 0)))
            {
                core::TutorScope scope;
                return PyObject_Call(self, args, kwargs);
            }
            return PyObject_Call(self, args, kwargs);
        }

        PyMethodDef run_magic_method = {"run_magic", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(run_magic)),
                                        METH_VARARGS | METH_KEYWORDS, "Runs a magic, on its side of the border."};

        bool bracket_magics(PyObject* shell)
        {
            for (const char* name : {"run_line_magic", "run_cell_magic"})
            {
                const Ref method(PyObject_GetAttrString(shell, name));
                const Ref bracketed(method ? PyCFunction_New(&run_magic_method, method.get()) : nullptr);
                if (!bracketed || PyObject_SetAttrString(shell, name, bracketed.get()) < 0)
                {
                    return false;
                }
            }
            return true;
        }

        // After an interrupt the cell's task would wait in the loop for ever: it is cancelled, and its learner's code meets
        // KeyboardInterrupt where it waits.
        PyObject* finish_interrupted(PyObject* loop, PyObject* task)
        {
            PyErr_Clear();
            interrupt_bracketed_coroutine();
            const Ref cancelled(PyObject_CallMethod(task, "cancel", nullptr));
            return cancelled ? PyObject_CallMethod(loop, "run_until_complete", "O", task) : nullptr;
        }

        // In the place of IPython's runner for cells with await. The loop runs as the learner's work, since whatever tasks it
        // steps are the learner's; IPython's own coroutine is bracketed out of it again.
        PyObject* run_async_cell(PyObject* get_loop, PyObject* coroutine)
        {
            const Ref loop(PyObject_CallNoArgs(get_loop));
            const Ref machinery(loop ? make_bracketed_coroutine(coroutine, Side::tutor) : nullptr);
            const Ref asyncio(machinery ? PyImport_ImportModule("asyncio") : nullptr);
            const Ref ensure(asyncio ? PyObject_GetAttrString(asyncio.get(), "ensure_future") : nullptr);
            const Ref arguments(ensure ? PyTuple_Pack(1, machinery.get()) : nullptr);
            const Ref keywords(arguments ? Py_BuildValue("{s:O}", "loop", loop.get()) : nullptr);
            const Ref task(keywords ? PyObject_Call(ensure.get(), arguments.get(), keywords.get()) : nullptr);
            if (!task)
            {
                return nullptr;
            }
            PyObject* result = nullptr;
            {
                const core::LearnerScope scope;
                const InterruptGate gate;
                result = PyObject_CallMethod(loop.get(), "run_until_complete", "O", task.get());
            }
            if (result == nullptr && PyErr_ExceptionMatches(PyExc_KeyboardInterrupt))
            {
                const core::LearnerScope scope;
                result = finish_interrupted(loop.get(), task.get());
            }
            return result;
        }

        PyMethodDef run_async_method = {"run_async_cell", run_async_cell, METH_O, "Runs a cell with await."};

        // The loop is made and stepped once before any cell, so that a first await does not pay for it.
        bool bracket_async(PyObject* shell)
        {
            const Ref helpers(PyImport_ImportModule("IPython.core.async_helpers"));
            const Ref get_loop(helpers ? PyObject_GetAttrString(helpers.get(), "get_asyncio_loop") : nullptr);
            const Ref runner(get_loop ? PyCFunction_New(&run_async_method, get_loop.get()) : nullptr);
            if (!runner || PyObject_SetAttrString(shell, "loop_runner", runner.get()) < 0)
            {
                return false;
            }
            const Ref asyncio(PyImport_ImportModule("asyncio"));
            const Ref nap(asyncio ? PyObject_CallMethod(asyncio.get(), "sleep", "i", 0) : nullptr);
            const Ref slept(nap ? run_async_cell(get_loop.get(), nap.get()) : nullptr);
            return static_cast<bool>(slept);
        }
    }

    bool bracket_ipython(PyObject* shell)
    {
        const Ref trap(PyObject_GetAttrString(shell, "display_trap"));
        const Ref display(PyObject_GetAttrString(shell, "displayhook"));
        const Ref hook(display ? make_bracketed_callable(display.get(), Side::tutor) : nullptr);
        return trap && hook && PyObject_SetAttrString(trap.get(), "hook", hook.get()) == 0 && replace_builtins() &&
               bracket_attribute(shell, "run_cell", "run_cell", Side::tutor) && bracket_magics(shell) &&
               bracket_async(shell);
    }
}
