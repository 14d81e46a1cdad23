#include "jupyter/interrupts.hpp"

#include <Python.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <thread>

#include "core/tally.hpp"
#include "cpython/interrupt_gate.hpp"
#include "cpython/runtime_state.h"

namespace xmemory::jupyter
{
    namespace
    {
        pthread_t main_thread;
        std::atomic<bool> running{false};

        // One that nobody else is likely to use, and that libraries leave alone.
        int wait_signal() { return SIGRTMIN + 9; }

        int wakeup_pipe[2] = {-1, -1};

        void end_waiting(int) {}

        // Python notes SIGINT and acts on it before its next step; when the signal comes just before a wait in the system, that
        // wait goes on. So a thread is told of each signal, and ends such a wait some moments later, again and again until Python
        // has acted: EINTR is all that follows from it, and Python goes on waiting where there was nothing to act on (PEP 475).
        void end_waits_after_signals()
        {
            unsigned char signal_number = 0;
            while (read(wakeup_pipe[0], &signal_number, 1) != 0)
            {
                if (signal_number != SIGINT)
                {
                    continue;
                }
                constexpr int longest = 1000;
                int milliseconds = 20;
                do
                {
                    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
                    if (running.load())
                    {
                        pthread_kill(main_thread, wait_signal());
                    }
                    milliseconds = std::min(2 * milliseconds, longest);
                } while (milliseconds <= 160 || (running.load() && xmemory_signal_is_pending() != 0));
            }
        }

        sigset_t interrupt_set()
        {
            sigset_t set;
            sigemptyset(&set);
            sigaddset(&set, SIGINT);
            return set;
        }

        // The learner's threads begin where the gate is open; an interrupt that one of them took would not end a wait of the cell.
        void leave_interrupts_to_the_main_thread()
        {
            const sigset_t set = interrupt_set();
            pthread_sigmask(SIG_BLOCK, &set, nullptr);
        }

    }

    void drop_waiting_interrupts()
    {
        const sigset_t set = interrupt_set();
        const timespec at_once{0, 0};
        while (sigtimedwait(&set, nullptr, &at_once) == SIGINT)
        {}
        // What Python's handler has noted already is thrown away as well; the error of a cell stays as it is.
        PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
        PyErr_Fetch(&type, &value, &traceback);
        while (PyErr_CheckSignals() != 0)
        {
            PyErr_Clear();
        }
        PyErr_Restore(type, value, traceback);
    }

    void block_interrupts()
    {
        const sigset_t set = cpython::gate_signals();
        pthread_sigmask(SIG_BLOCK, &set, nullptr);
    }

    void prepare_interrupts()
    {
        main_thread = pthread_self();
        cpython::use_interrupt_gate();
        core::on_learners_thread = leave_interrupts_to_the_main_thread;
        struct sigaction action = {};
        action.sa_handler = end_waiting; // no SA_RESTART: the wait shall end
        sigaction(wait_signal(), &action, nullptr);
        if (pipe2(wakeup_pipe, O_CLOEXEC) == 0)
        {
            fcntl(wakeup_pipe[1], F_SETFL, O_NONBLOCK);
            std::thread(end_waits_after_signals).detach();
        }
    }

    void interrupt_cell()
    {
        if (running.load())
        {
            pthread_kill(main_thread, SIGINT);
            // Python tells the thread as well, unless the learner's code has taken its wakeup descriptor.
            const unsigned char signal_number = SIGINT;
            [[maybe_unused]] const auto written = write(wakeup_pipe[1], &signal_number, 1);
        }
    }

    InterruptibleCell::InterruptibleCell()
    {
        drop_waiting_interrupts();
        PySignal_SetWakeupFd(wakeup_pipe[1]); // each time, since asyncio takes it at times
        running.store(true);
    }

    InterruptibleCell::~InterruptibleCell()
    {
        running.store(false);
        drop_waiting_interrupts();
    }
}
