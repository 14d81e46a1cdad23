// The processes around the kernel, read from /proc. Any thread, without the GIL.
#pragma once

#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace xmemory::jupyter
{
    struct ProcessStat
    {
        pid_t parent = 0;
        pid_t group = 0;
        double cpu_seconds = 0;
        std::int64_t resident_bytes = 0;
    };

    // Zeros for a process that is gone.
    ProcessStat read_process(pid_t process);
    // All descendants of a process.
    std::vector<pid_t> descendants_of(pid_t process);
    // Ends what the learner's code started and left in the kernel's own process group: asks first, then kills.
    void end_children();
    // Ends the children and the process, without a word to Python.
    [[noreturn]] void end_process(int status);

    // Watches the process that launched the kernel (JPY_PARENT_PID, if it is an ancestor of ours) on a thread of its own, and
    // ends this process when that one is gone. A thread of the launcher may end as it likes.
    void watch_parent();
}
