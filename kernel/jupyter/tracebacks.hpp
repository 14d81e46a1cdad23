// What is shown of a traceback: an error in the body of a %%memory cell shows as it would if the body stood in the cell by
// itself. With the GIL, as the tutor.
#pragma once

#include <pybind11/pybind11.h>

namespace xmemory::jupyter
{
    // Puts itself before the shell's way to the error that is shown; sys.last_traceback stays whole.
    void shorten_tracebacks(const pybind11::object& shell);
}
