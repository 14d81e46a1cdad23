// SIGINT and its like reach the learner's code and nothing else. They are blocked on every thread of the kernel; while the learner's code
// runs, the main thread lets it through to Python's own handler, which raises KeyboardInterrupt (cpython/interrupt_gate.hpp).
#pragma once

namespace xmemory::jupyter
{
    // First thing in main, before any thread.
    void block_interrupts();
    // The main thread is the caller, Python has started.
    void prepare_interrupts();

    // As if Ctrl-C were pressed: the cell that runs, if any, meets KeyboardInterrupt. Any thread.
    void interrupt_cell();

    // An interrupt that came while nothing ran must not hit the machinery, nor the next cell. On the main thread, with the GIL.
    void drop_waiting_interrupts();

    // While a cell runs. On the main thread, with the GIL.
    class InterruptibleCell
    {
    public:
        InterruptibleCell();
        // An interrupt that comes too late for the cell is dropped.
        ~InterruptibleCell();

        InterruptibleCell(const InterruptibleCell&) = delete;
        InterruptibleCell& operator=(const InterruptibleCell&) = delete;
    };
}
