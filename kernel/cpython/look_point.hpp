// A constant of code at which somebody looks: when the code negates it, a C function is called with its number, and the result is
// False. So a look stands among a cell's statements without a name, a call or an allocation, and without a trace function: the
// learner's own sys.settrace and sys.setprofile stay as they are. With the GIL, on the thread that runs the code.
#pragma once

#include <Python.h>

namespace xmemory::cpython::look_point
{
    // A new reference, or nullptr with a Python error.
    PyObject* make(int number);

    // Who is called from now on, as the tutor; nullptr for nobody. It may not raise.
    void listen(void (*listener)(int number));
}
