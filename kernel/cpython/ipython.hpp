// Where IPython runs the learner's code and where it runs its own: puts the brackets of learner_code.hpp and bracket.hpp in their places.
// Written for IPython 7.21 to 9. With the GIL.
#pragma once

#include <Python.h>

namespace xmemory::cpython
{
    // shell: the InteractiveShell, after its __init__. false with a Python error.
    bool bracket_ipython(PyObject* shell);
}
