// Starts CPython inside this program as if it were a given Python executable (of a virtual environment, say): sys.prefix and
// the packages are that one's. On the main thread, after install_allocator_hooks; afterwards the thread holds the GIL.
#pragma once

#include <string>
#include <vector>

namespace xmemory::cpython
{
    // executable: a Python of the minor version that this program is built with; empty for the one found at build time.
    // arguments: sys.argv. Throws std::runtime_error with one sentence where that Python cannot be used.
    void start_python(const std::string& executable, const std::vector<std::string>& arguments);

    // The executable that start_python would use for "".
    std::string default_python();
}
