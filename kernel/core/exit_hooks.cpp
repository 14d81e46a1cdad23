// The program's own _exit: a process that ends itself so, past all that would say farewell (os._exit does), is noted in the black
// box first. Linked into an executable it takes the place of glibc's, also for extension modules. Async-signal-safe, any thread;
// in a forked child nothing is noted.
#include <sys/syscall.h>
#include <unistd.h>

#include "core/black_box.hpp"

extern "C"
{
    [[noreturn]] void _exit(int status)
    {
        xmemory::core::black_box::note_exit(status);
        for (;;)
        {
            syscall(SYS_exit_group, status);
        }
    }

    [[noreturn]] void _Exit(int status) noexcept { _exit(status); }
}
