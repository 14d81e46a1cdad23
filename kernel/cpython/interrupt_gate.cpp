#include "cpython/interrupt_gate.hpp"

#include <pthread.h>
#include <signal.h>

#include "core/tally.hpp"

namespace xmemory::cpython
{
    namespace
    {
        bool in_use = false;
        int depth = 0;

        void change_mask(int how)
        {
            sigset_t set;
            sigemptyset(&set);
            sigaddset(&set, SIGINT);
            pthread_sigmask(how, &set, nullptr);
        }
    }

    void use_interrupt_gate() { in_use = true; }

    InterruptGate::InterruptGate() : opened_(in_use && core::here().runs_cells)
    {
        if (opened_ && depth++ == 0)
        {
            change_mask(SIG_UNBLOCK);
        }
    }

    InterruptGate::~InterruptGate()
    {
        if (opened_ && --depth == 0)
        {
            change_mask(SIG_BLOCK);
        }
    }
}
