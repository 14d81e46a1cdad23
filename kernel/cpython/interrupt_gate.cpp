#include "cpython/interrupt_gate.hpp"

#include <Python.h>

#include <pthread.h>
#include <signal.h>

#include <initializer_list>

#include "core/tally.hpp"

namespace xmemory::cpython
{
    namespace
    {
        bool in_use = false;
        int depth = 0;

        void change_mask(int how)
        {
            const sigset_t set = gate_signals();
            pthread_sigmask(how, &set, nullptr);
        }
    }

    sigset_t gate_signals()
    {
        sigset_t set;
        sigfillset(&set);
        for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGTERM, SIGHUP, SIGQUIT,
                                 SIGPIPE, SIGXFSZ, SIGXCPU, SIGCONT, SIGTSTP, SIGTTIN, SIGTTOU})
        {
            sigdelset(&set, signal);
        }
        return set;
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

    InterruptHold::InterruptHold()
    {
        if (!in_use || !core::here().runs_cells || depth == 0)
        {
            return;
        }
        depth_ = depth;
        depth = 0;
        change_mask(SIG_BLOCK);
        if (PyErr_CheckSignals() != 0 && PyErr_ExceptionMatches(PyExc_KeyboardInterrupt))
        {
            PyErr_Clear();
            pthread_kill(pthread_self(), SIGINT); // waits at the gate
        }
    }

    InterruptHold::~InterruptHold()
    {
        if (depth_ != 0)
        {
            depth = depth_;
            change_mask(SIG_UNBLOCK);
        }
    }
}
