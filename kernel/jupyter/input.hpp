// input() and getpass() by way of the front end, while a cell runs that may ask. Waits without the GIL, and an interrupt ends the
// wait with KeyboardInterrupt. On the main thread, with the GIL.
#pragma once

#include <pybind11/pybind11.h>

namespace xmemory::jupyter
{
    class Output;

    class __attribute__((visibility("hidden"))) InputRedirection
    {
    public:
        InputRedirection(bool allowed, Output& output);
        ~InputRedirection();

        InputRedirection(const InputRedirection&) = delete;
        InputRedirection& operator=(const InputRedirection&) = delete;

    private:
        pybind11::object builtins_;
        pybind11::object getpass_;
        pybind11::object old_input_;
        pybind11::object old_getpass_;
    };
}
