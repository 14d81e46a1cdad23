// Tasks and callbacks of asyncio that go on after their cell: an event loop steps them while a later cell awaits, on the same
// thread. What they make there carries the cell that started them, as with its threads, and moves none of the figures of the
// cell that waits. Which cell that is stands in a context variable, which asyncio hands on by itself (PEP 567). On the thread
// that runs the cells, with the GIL.
#pragma once

namespace xmemory::cpython::earlier_tasks
{
    // Once. Stands before asyncio.events.Handle._run (3.7 and later); a loop that has no such handles, as uvloop, is not followed.
    // false: a Python error is set.
    bool follow();
    // When a cell has begun: what is started from now on is its own.
    void begin_cell();
}
