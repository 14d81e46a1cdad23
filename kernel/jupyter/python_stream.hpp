// sys.stdout and sys.stderr as Python objects over Output. A type of its own in plain C, since it is called in the middle of the
// learner's code: nothing is allocated on the learner's account. With the GIL.
#pragma once

#include <Python.h>

#include "jupyter/output.hpp"

namespace xmemory::jupyter
{
    // stream: 1 or 2. New reference, or nullptr with a Python error. output must outlive the object.
    PyObject* make_python_stream(Output& output, int stream);
}
