// Wrappers that make a callable or a coroutine the learner's or the tutor's work, whoever calls it. With the GIL.
#pragma once

#include <Python.h>

namespace xmemory::cpython
{
    enum class Side { learner, tutor };

    // Each returns a new reference, or nullptr with a Python error.

    // Calls `callable` with whatever it is called with, on that side of the border; attributes are those of `callable`.
    PyObject* make_bracketed_callable(PyObject* callable, Side side);

    // Awaits `coroutine`, each of its steps on that side. Where an interrupt was asked for, the next CancelledError thrown into it
    // arrives as KeyboardInterrupt.
    PyObject* make_bracketed_coroutine(PyObject* coroutine, Side side);

    // The innermost learner's coroutine that is being awaited meets KeyboardInterrupt instead of the next CancelledError.
    void interrupt_bracketed_coroutine();

    // Once, after Python has started. false with a Python error.
    bool prepare_brackets();
}
