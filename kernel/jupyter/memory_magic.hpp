// %memory and %%memory as IPython magics over magics/command.hpp; bad input becomes IPython's UsageError here, once.
// With the GIL.
#pragma once

#include <pybind11/pybind11.h>

namespace xmemory::jupyter
{
    class Output;

    // output must outlive the shell.
    void register_memory_magic(const pybind11::object& shell, Output& output);

    // For the module: runs what may throw UsageError and raises ValueError with its sentence.
    [[noreturn]] void raise_usage_error(const char* sentence);
}
