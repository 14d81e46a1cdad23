// The program's own _exit: a process that ends itself so, past all that would say farewell (os._exit does), is noted in the black
// box first. Linked into an executable it takes the place of glibc's, also for extension modules. Async-signal-safe, any thread;
// in a forked child nothing is noted.
#include <sys/syscall.h>
#include <unistd.h>

#include "core/black_box.hpp"

// As unistd.h and stdlib.h declare them: Clang refuses [[noreturn]] where the first declaration has the attribute.
extern "C"
{
    __attribute__((__noreturn__)) void _exit(int status)
    {
        xmemory::core::black_box::note_exit(status);
        for (;;)
        {
            syscall(SYS_exit_group, status);
        }
    }

    __attribute__((__noreturn__)) void _Exit(int status) noexcept { _exit(status); }
}
