// The module's function check(): limits held against code, a function, a measurement or a record. With the GIL.
#pragma once

#include <Python.h>

namespace xmemory::jupyter
{
    PyObject* check(PyObject* module, PyObject* args, PyObject* keywords);
}
