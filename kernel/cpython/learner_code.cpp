#include "cpython/learner_code.hpp"

#include "core/scope.hpp"
#include "cpython/at_limit.hpp"
#include "cpython/bracket.hpp"
#include "cpython/interrupt_gate.hpp"

namespace xmemory::cpython
{
    namespace
    {
        // Runs a call as the learner's code, interruptible; an interrupt that was noted on its last step is raised here.
        template <typename Call>
        PyObject* as_learner(Call call)
        {
            PyObject* result = nullptr;
            {
                const core::LearnerScope scope;
                const InterruptGate gate;
                result = at_limit::leave_learners_code(call());
            }
            if (result != nullptr && PyErr_CheckSignals() < 0)
            {
                Py_CLEAR(result);
            }
            return result;
        }

        PyObject* builtin(const char* name)
        {
            return PyDict_GetItemString(PyEval_GetBuiltins(), name); // borrowed
        }

        PyObject* call_builtin(const char* name, PyObject* const* args, Py_ssize_t count, PyObject* keywords)
        {
            return PyObject_Vectorcall(builtin(name), args, static_cast<std::size_t>(count), keywords);
        }

        // A module's code whose names are all global: what run_cell executes.
        bool is_plain_module_code(PyObject* const* args, Py_ssize_t count, PyObject* keywords)
        {
            return keywords == nullptr && count == 3 && PyCode_Check(args[0]) && PyDict_CheckExact(args[1]) &&
                   args[1] == args[2] && (reinterpret_cast<PyCodeObject*>(args[0])->co_flags & CO_OPTIMIZED) == 0 &&
                   PyCode_GetNumFree(reinterpret_cast<PyCodeObject*>(args[0])) == 0;
        }

        // %timeit defines a function `inner` and calls it later: that call is the learner's code, not the definition.
        PyObject* run_timeit_definition(PyObject* const* args, Py_ssize_t count)
        {
            PyObject* result = call_builtin("exec", args, count, nullptr);
            PyObject* inner = result ? PyDict_GetItemString(args[2], "inner") : nullptr;
            PyObject* bracketed = inner ? make_bracketed_callable(inner, Side::learner) : nullptr;
            if (bracketed != nullptr && PyDict_SetItemString(args[2], "inner", bracketed) < 0)
            {
                Py_CLEAR(result);
            }
            Py_XDECREF(bracketed);
            return result;
        }

        bool is_timeit_definition(PyObject* const* args, Py_ssize_t count, PyObject* keywords)
        {
            return keywords == nullptr && count == 3 && PyCode_Check(args[0]) && PyDict_Check(args[2]) &&
                   PyUnicode_CompareWithASCIIString(reinterpret_cast<PyCodeObject*>(args[0])->co_filename,
                                                    "<magic-timeit>") == 0;
        }

        // Whatever else exec and eval take. Text is compiled first, as the cell's source.
        PyObject* run_any(const char* name, PyObject* const* args, Py_ssize_t count, PyObject* keywords)
        {
            if (count == 0 || count > 3 || !PyUnicode_Check(args[0]))
            {
                return as_learner([&] { return call_builtin(name, args, count, keywords); });
            }
            PyObject* code = nullptr;
            {
                const core::SourceScope scope(core::SourceScope::Caller::machinery);
                code = PyObject_CallFunction(builtin("compile"), "Oss", args[0], "<string>", name);
            }
            if (code == nullptr)
            {
                return nullptr;
            }
            PyObject* with_code[3] = {code, count > 1 ? args[1] : nullptr, count > 2 ? args[2] : nullptr};
            PyObject* result = as_learner([&] { return call_builtin(name, with_code, count, keywords); });
            Py_DECREF(code);
            return result;
        }

        PyObject* exec_learner(PyObject*, PyObject* const* args, Py_ssize_t count, PyObject* keywords)
        {
            if (is_plain_module_code(args, count, keywords))
            {
                PyObject* result = run_module_code(args[0], args[1]);
                Py_XDECREF(result);
                return result ? Py_NewRef(Py_None) : nullptr;
            }
            if (is_timeit_definition(args, count, keywords))
            {
                return run_timeit_definition(args, count);
            }
            return run_any("exec", args, count, keywords);
        }

        PyObject* eval_learner(PyObject*, PyObject* const* args, Py_ssize_t count, PyObject* keywords)
        {
            if (count > 0 && PyCode_Check(args[0]) && (reinterpret_cast<PyCodeObject*>(args[0])->co_flags & CO_COROUTINE))
            {
                at_limit::remember_cells_code(args[0]);
                PyObject* coroutine = call_builtin("eval", args, count, keywords);
                PyObject* bracketed = coroutine ? make_bracketed_coroutine(coroutine, Side::learner) : nullptr;
                Py_XDECREF(coroutine);
                return bracketed;
            }
            if (is_plain_module_code(args, count, keywords))
            {
                return run_module_code(args[0], args[1]);
            }
            return run_any("eval", args, count, keywords);
        }

        PyObject* compile_source(PyObject*, PyObject* const* args, Py_ssize_t count, PyObject* keywords)
        {
            core::SourceScope scope;
            return call_builtin("compile", args, count, keywords);
        }

        template <typename Function>
        PyMethodDef stand_in(const char* name, Function* function, const char* doc)
        {
            return {name, reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function)), METH_FASTCALL | METH_KEYWORDS,
                    doc};
        }
    }

    // As PyEval_EvalCode (Python/ceval.c, 3.11), which makes a function object and calls it: here it is made before the
    // learner's code begins and goes after it ended.
    PyObject* run_module_code(PyObject* code, PyObject* globals)
    {
        if (PySys_Audit("exec", "O", code) < 0)
        {
            return nullptr;
        }
        if (PyDict_GetItemString(globals, "__builtins__") == nullptr &&
            PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins()) < 0)
        {
            return nullptr;
        }
        PyObject* function = PyFunction_New(code, globals);
        if (function == nullptr)
        {
            return nullptr;
        }
        at_limit::remember_cells_code(code);
        PyObject* result = as_learner([&] { return PyObject_CallNoArgs(function); });
        Py_DECREF(function);
        return result;
    }

    PyObject* make_exec()
    {
        static PyMethodDef method = stand_in("exec", exec_learner, "exec, counted as the learner's code.");
        return PyCFunction_New(&method, nullptr);
    }

    PyObject* make_eval()
    {
        static PyMethodDef method = stand_in("eval", eval_learner, "eval, counted as the learner's code.");
        return PyCFunction_New(&method, nullptr);
    }

    PyObject* make_compile()
    {
        static PyMethodDef method = stand_in("compile", compile_source, "compile, counted as the cell's source.");
        return PyCFunction_New(&method, nullptr);
    }
}
