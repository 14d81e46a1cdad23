// SIGINT, and whatever signal the learner's code may have a handler for, is let through while the learner's code runs, and only
// then: the machinery around it is never torn in the middle, nor its waits for messages ended. Off until it is switched on, for a
// program whose signals are somebody else's. With the GIL.
#pragma once

#include <signal.h>

namespace xmemory::cpython
{
    // SIGINT and all signals but those that tell of a fault, and those that end the process as long as nobody handles them
    // (SIGTERM, SIGHUP, SIGQUIT).
    sigset_t gate_signals();

    // Once, on the thread that runs the cells, with gate_signals() blocked on it.
    void use_interrupt_gate();

    // Opens the gate if it is this thread's to open; gates nest. After the outermost is closed, an interrupt that Python has
    // noted and not yet raised is raised by PyErr_CheckSignals.
    class InterruptGate
    {
    public:
        InterruptGate();
        ~InterruptGate();

        InterruptGate(const InterruptGate&) = delete;
        InterruptGate& operator=(const InterruptGate&) = delete;

    private:
        bool opened_ = false;
    };

    // Shuts it for machinery that runs where it is open, between steps of the learner's code; gates within are opened again. An
    // interrupt that Python has noted and not yet raised comes when the gate is open next. Another error that a signal's handler
    // raised is set afterwards.
    class InterruptHold
    {
    public:
        InterruptHold();
        ~InterruptHold();

        InterruptHold(const InterruptHold&) = delete;
        InterruptHold& operator=(const InterruptHold&) = delete;

    private:
        int depth_ = 0; // of what was open
    };
}
