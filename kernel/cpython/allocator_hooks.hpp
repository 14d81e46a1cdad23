// Hooks on CPython's allocators: RAW, MEM and OBJ domains and the arena allocator. Installed once, before Python starts
// (PyMem_SetAllocator, Objects/obmalloc.c). The hooks themselves run with the GIL for MEM, OBJ and arenas, without it for RAW;
// they never throw, log, lock or allocate beyond the block they are asked for.
#pragma once

#include <optional>
#include <string>

namespace xmemory::cpython
{
    // Before Py_PreInitialize, on the main thread.
    void install_allocator_hooks();

    // Whether each hook still sees what is allocated, and to the byte: makes and frees one block of each domain and one of
    // malloc's as the tutor. nullopt: all is well; else why figures would be wrong. With the GIL; about a microsecond.
    std::optional<std::string> why_hooks_are_blind();

    // Whether pymalloc's layout is the one that we read: every size from 1 to 512 bytes. Once at start, with the GIL.
    std::optional<std::string> why_layout_is_unknown();
}
