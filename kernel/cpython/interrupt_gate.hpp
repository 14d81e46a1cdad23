// SIGINT is let through to Python's handler while the learner's code runs, and only then: the machinery around it is never
// torn in the middle. Off until it is switched on, for a program whose signals are somebody else's. With the GIL.
#pragma once

namespace xmemory::cpython
{
    // Once, on the thread that runs the cells, with SIGINT blocked on all threads.
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
}
