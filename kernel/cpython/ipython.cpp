#include "cpython/ipython.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

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
            Ref& operator=(Ref&& other) noexcept
            {
                std::swap(object_, other.object_);
                return *this;
            }

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

        Ref task_of(PyObject* loop, PyObject* coroutine)
        {
            const Ref asyncio(PyImport_ImportModule("asyncio"));
            const Ref ensure(asyncio ? PyObject_GetAttrString(asyncio.get(), "ensure_future") : nullptr);
            const Ref arguments(ensure ? PyTuple_Pack(1, coroutine) : nullptr);
            const Ref keywords(arguments ? Py_BuildValue("{s:O}", "loop", loop) : nullptr);
            return Ref(keywords ? PyObject_Call(ensure.get(), arguments.get(), keywords.get()) : nullptr);
        }

        bool is_true(const Ref& answer)
        {
            const bool is = answer && PyObject_IsTrue(answer.get()) == 1;
            PyErr_Clear();
            return is;
        }

        // The error that is set stays.
        bool is_done(const Ref& task)
        {
            PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
            PyErr_Fetch(&type, &value, &traceback);
            const bool is = is_true(Ref(PyObject_CallMethod(task.get(), "done", nullptr)));
            PyErr_Restore(type, value, traceback);
            return is;
        }

        // An interrupt is taken away, another error stays.
        bool was_interrupted()
        {
            const bool was = PyErr_Occurred() != nullptr && PyErr_ExceptionMatches(PyExc_KeyboardInterrupt);
            if (was)
            {
                PyErr_Clear();
            }
            return was;
        }

        // What is ready is run, and what that makes ready.
        bool turn(PyObject* loop)
        {
            const Ref stop(PyObject_GetAttrString(loop, "stop"));
            const Ref handle(stop ? PyObject_CallMethod(loop, "call_soon", "O", stop.get()) : nullptr);
            const bool is_run = handle && Ref(PyObject_CallMethod(loop, "run_forever", nullptr));
            if (handle && !is_run) // it must not stop a later run
            {
                PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
                PyErr_Fetch(&type, &value, &traceback);
                is_true(Ref(PyObject_CallMethod(handle.get(), "cancel", nullptr)));
                PyErr_Restore(type, value, traceback);
            }
            return is_run;
        }

        // After an interrupt the cell's task would wait in the loop for ever: it is cancelled, and its learner's code meets
        // KeyboardInterrupt where it waits. The interrupt may have come between the loop's taking the task's next step from its
        // list and doing it (Lib/asyncio/base_events.py, _run_once, 3.11); that step is lost, nobody else would do it, and the
        // task remembers only that it is to be cancelled. Another task then goes on with the coroutine. Gives the task to wait for.
        Ref cancelled(PyObject* loop, Ref task, PyObject* coroutine)
        {
            interrupt_bracketed_coroutine();
            if (!Ref(PyObject_CallMethod(task.get(), "cancel", nullptr)))
            {
                return Ref(nullptr);
            }
            constexpr int turns_to_the_next_step = 3; // what it waits for, its own waking, and one to spare
            for (int done = 0; done < turns_to_the_next_step; ++done)
            {
                const InterruptGate gate;
                if (!turn(loop) && !was_interrupted())
                {
                    return Ref(nullptr);
                }
            }
            const bool is_lost = !is_done(task) && is_true(Ref(PyObject_GetAttrString(task.get(), "_must_cancel")));
            if (!is_lost)
            {
                return task;
            }
            if (PyObject_SetAttrString(task.get(), "_log_destroy_pending", Py_False) < 0)
            {
                PyErr_Clear();
            }
            Ref next = task_of(loop, coroutine);
            return next && Ref(PyObject_CallMethod(next.get(), "cancel", nullptr)) ? std::move(next) : Ref(nullptr);
        }

        // In the place of IPython's runner for cells with await. The loop runs as the learner's work, since whatever tasks it
        // steps are the learner's; IPython's own coroutine is bracketed out of it again.
        PyObject* run_async_cell(PyObject* get_loop, PyObject* coroutine)
        {
            const Ref loop(PyObject_CallNoArgs(get_loop));
            const Ref machinery(loop ? make_bracketed_coroutine(coroutine, Side::tutor) : nullptr);
            Ref task = machinery ? task_of(loop.get(), machinery.get()) : Ref(nullptr);
            while (task)
            {
                const core::LearnerScope scope;
                PyObject* result = nullptr;
                {
                    const InterruptGate gate;
                    result = PyObject_CallMethod(loop.get(), "run_until_complete", "O", task.get());
                }
                if (result != nullptr || is_done(task) || !was_interrupted())
                {
                    return result;
                }
                task = cancelled(loop.get(), std::move(task), machinery.get());
                if (task &&
                    is_done(task)) // with KeyboardInterrupt; the loop would wait for it for ever (_run_until_complete_cb)
                {
                    return PyObject_CallMethod(task.get(), "result", nullptr);
                }
            }
            return nullptr;
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
