// What CPython has to do with the limit (core/budget.hpp): the line that asks, and a MemoryError at a thread's next safe point.
#pragma once

#include <Python.h>

namespace xmemory::cpython::at_limit
{
    // Once, with the GIL, before the first cell.
    void watch();

    // Code that was typed in a cell is known by the folder of its file name; that of the running cell is given here. With the GIL.
    void remember_cells_code(PyObject* code);

    // At the border where the learner's code ends: a MemoryError that has not found its safe point is raised here. Takes a result and
    // gives one: nullptr with a Python error. With the GIL, in the learner's scope or just after it.
    PyObject* leave_learners_code(PyObject* result);
}
