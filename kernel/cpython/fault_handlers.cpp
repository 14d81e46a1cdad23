#include "cpython/fault_handlers.hpp"

#include <signal.h>

#include "core/black_box.hpp"
#include "cpython/runtime_state.h"

namespace xmemory::cpython
{
    namespace
    {
        constexpr int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
        constexpr int fault_count = sizeof faults / sizeof *faults;
        struct sigaction before[fault_count];
        alignas(16) char stack_of_handlers[64 * 1024]; // a fault may be that the stack has no room

        // The signal comes again when we return, raised here or by the same instruction, and finds what was there before us.
        void note_fault(int signal)
        {
            if (core::black_box::note_signal(signal))
            {
                const int descriptor = core::black_box::stack_descriptor();
                if (descriptor >= 0)
                {
                    xmemory_dump_stack(descriptor);
                }
            }
            for (int index = 0; index < fault_count; ++index)
            {
                if (faults[index] == signal)
                {
                    sigaction(signal, &before[index], nullptr);
                }
            }
            raise(signal);
        }
    }

    void install_fault_handlers()
    {
        stack_t stack = {};
        stack.ss_sp = stack_of_handlers;
        stack.ss_size = sizeof stack_of_handlers;
        sigaltstack(&stack, nullptr);
        struct sigaction action = {};
        action.sa_handler = note_fault;
        action.sa_flags = SA_ONSTACK;
        for (int index = 0; index < fault_count; ++index)
        {
            sigaction(faults[index], &action, &before[index]);
        }
    }
}
