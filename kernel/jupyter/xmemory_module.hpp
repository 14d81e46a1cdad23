// The Python module xmemory, inside the kernel only: cell, cells, compare and measure, for code that wants numbers.
// In plain C where it is called in the middle of the learner's code. With the GIL.
#pragma once

#include <Python.h>

namespace xmemory::jupyter
{
    // Makes the module and puts it into sys.modules. false with a Python error.
    bool add_xmemory_module();
}
