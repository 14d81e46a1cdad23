// The border between the learner's code and the machinery that runs it: functions that stand in for exec, eval and compile as
// module globals of machinery. After prepare_brackets; with the GIL.
#pragma once

#include <Python.h>

namespace xmemory::cpython
{
    // Each returns a new reference, or nullptr with a Python error. Code objects run as the learner's code (without the function
    // object that PyEval_EvalCode makes counting as the learner's); text is compiled as the cell's source first; all else goes to
    // the builtin of the same name.
    PyObject* make_exec();
    PyObject* make_eval();
    PyObject* make_compile();

    // Runs a module's code, all of whose names are global, as the learner's: what make_exec() does for a cell's statement.
    // code and globals are a code object and a dict. New reference, or nullptr with a Python error.
    PyObject* run_module_code(PyObject* code, PyObject* globals);
}
