// How many blocks CPython's small-object allocator has passed on to the RAW domain, being too large for it: the number that
// sys.getallocatedblocks() adds to those in the pools (Objects/obmalloc.c, raw_allocated_blocks; 3.8 to 3.11). Hooks that pass
// such a block on themselves, past that allocator, have to keep it. A static variable that has no name for others: found by how
// it changes, in the zeroed data of the program, so in a statically linked Python only. With the GIL.
#pragma once

#include <Python.h>

#include <cstddef>

namespace xmemory::cpython::passed_on
{
    extern Py_ssize_t* count; // nullptr: not found

    // make and release: of CPython's own. Only while no other thread uses Python.
    void find(void* (*make)(std::size_t bytes), void (*release)(void* block));
}
