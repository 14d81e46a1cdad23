#include "jupyter/interrupts.hpp"

#include <Python.h>

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <ctime>

#include "cpython/interrupt_gate.hpp"

namespace xmemory::jupyter
{
    namespace
    {
        pthread_t main_thread;
        std::atomic<bool> running{false};

        sigset_t interrupt_set()
        {
            sigset_t set;
            sigemptyset(&set);
            sigaddset(&set, SIGINT);
            return set;
        }

        void drop_waiting_interrupts()
        {
            const sigset_t set = interrupt_set();
            const timespec at_once{0, 0};
            while (sigtimedwait(&set, nullptr, &at_once) == SIGINT)
            {
            }
            // What Python's handler has noted already is thrown away as well; the error of a cell stays as it is.
            PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
            PyErr_Fetch(&type, &value, &traceback);
            while (PyErr_CheckSignals() != 0)
            {
                PyErr_Clear();
            }
            PyErr_Restore(type, value, traceback);
        }
    }

    void block_interrupts()
    {
        const sigset_t set = interrupt_set();
        pthread_sigmask(SIG_BLOCK, &set, nullptr);
    }

    void prepare_interrupts()
    {
        main_thread = pthread_self();
        cpython::use_interrupt_gate();
    }

    void interrupt_cell()
    {
        if (running.load())
        {
            pthread_kill(main_thread, SIGINT);
        }
    }

    InterruptibleCell::InterruptibleCell()
    {
        drop_waiting_interrupts();
        running.store(true);
    }

    InterruptibleCell::~InterruptibleCell()
    {
        running.store(false);
        drop_waiting_interrupts();
    }
}
