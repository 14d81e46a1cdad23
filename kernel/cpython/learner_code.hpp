// The border between the learner's code and the machinery that runs it, as Python objects: functions that stand in for exec,
// eval and compile, and wrappers that make a callable or a coroutine the learner's or the tutor's work. With the GIL.
#pragma once

#include <Python.h>

namespace xmemory::cpython
{
    enum class Side { learner, tutor };

    // Each returns a new reference, or nullptr with a Python error.

    // Calls `callable` with whatever it is called with, on that side of the border; attributes are those of `callable`.
    PyObject* make_bracketed_callable(PyObject* callable, Side side);

    // Awaits `coroutine`, each of its steps on that side. Where `interrupt` was asked for (see interrupt_bracketed), the next
    // CancelledError thrown into it arrives as KeyboardInterrupt.
    PyObject* make_bracketed_coroutine(PyObject* coroutine, Side side);

    // Stand-ins for the builtins of the same name, for the module globals of machinery: code objects run as the learner's code
    // (without the function object that PyEval_EvalCode makes counting as the learner's); strings and all else go to the builtin.
    PyObject* make_exec();
    PyObject* make_eval();
    PyObject* make_compile();

    // The innermost learner's coroutine that is being awaited meets KeyboardInterrupt instead of the next CancelledError.
    void interrupt_bracketed_coroutine();

    // Once, after Python has started. false with a Python error.
    bool prepare_learner_code();
}
