// A copy of the kernel that the learner's code made with os.fork and let run to the end of its cell. The sockets, threads and
// requests are the kernel's: the child ends where its cell ends, as a forked script would at its last line, and answers nothing.
// On the thread that runs the cells, with the GIL.
#pragma once

#include <string>
#include <vector>

#include <pybind11/pybind11.h>

namespace xmemory::jupyter
{
    // Once, in the kernel itself, before any cell.
    void remember_kernel_process();
    bool is_forked_child();

    // Each ends the process. After an error: what SystemExit says, else 1, with the traceback on standard error.
    [[noreturn]] void leave_child_well();
    [[noreturn]] void leave_child_after(const pybind11::handle& type, const pybind11::handle& value,
                                        const std::vector<std::string>& traceback);
}
