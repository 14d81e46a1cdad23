// %memory and %%memory as IPython magics over magics/command.hpp; bad input becomes IPython's UsageError here, once.
// With the GIL.
#pragma once

#include <pybind11/pybind11.h>

namespace xmemory::jupyter
{
    void register_memory_magic(const pybind11::object& shell);
}
