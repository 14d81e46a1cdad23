// The lists in which CPython's small-object allocator keeps, for each size class, the pools that have room (Objects/obmalloc.c,
// usedpools; 3.10 and 3.11: one table for the process), and its own shortest way in and out of a pool. The hooks take that way
// themselves: what they save by it (one indirect call, and the search whether an address is CPython's at all) pays for a good
// part of the counting. They do to the pools exactly what pymalloc_alloc and pymalloc_free do. take and put refuse what is more
// than to move one block on or off a pool's free list; take_last and put_first, out of the callers' way, refuse only what needs
// a new pool or gives one back to its arena: then CPython is called. With the GIL.
#pragma once

#include <cstddef>

#include "cpython/pymalloc.hpp"

namespace xmemory::cpython::used_pools
{
    using pymalloc::PoolHeader;

    // heads[2 * class_index] is the first pool of the class; nullptr until the table is found.
    extern PoolHeader* const* heads;

    // Looks for the table from the pools of some blocks that it makes and frees, and checks it for every class. Where anything
    // is not as expected (another allocator, another version of Python), it is not found, and CPython is always called.
    // make gives blocks of CPython's small-object allocator, release takes them back. Only while no other thread uses Python.
    void find(void* (*make)(std::size_t bytes), void (*release)(void* block));

    inline bool are_found() { return __builtin_expect(heads != nullptr, 1); }

    // Preconditions: are_found(); class_index: of a size class, (bytes − 1) / 16. nullptr: nothing was done.
    inline void* take(std::size_t class_index)
    {
        PoolHeader* pool = heads[2 * class_index];
        if (__builtin_expect(pool == pool->next, 0))
        {
            return nullptr; // no pool has room
        }
        void* block = pool->free_block;
        void* next = *static_cast<void**>(block);
        if (next == nullptr)
        {
            if (__builtin_expect(pool->next_offset > pool->max_next_offset, 0))
            {
                return nullptr; // the pool will be full, and leave the list
            }
            next = reinterpret_cast<char*>(pool) + pool->next_offset;
            pool->next_offset += static_cast<std::uint32_t>((class_index + 1) * pymalloc::class_step);
            *static_cast<void**>(next) = nullptr;
        }
        pool->free_block = next;
        ++pool->blocks_in_use;
        return block;
    }

    // Preconditions: are_found(); block is in use in that pool. false: nothing was done.
    inline bool put(PoolHeader* pool, void* block)
    {
        void* first = pool->free_block;
        if (__builtin_expect(first == nullptr || pool->blocks_in_use == 1, 0))
        {
            return false; // a full pool has room again, or the pool becomes empty
        }
        *static_cast<void**>(block) = first;
        pool->free_block = block;
        --pool->blocks_in_use;
        return true;
    }

    // As take and put, also for the last block of a pool, which leaves its list then, and the first that a full pool gets back,
    // which comes to the front of the list again. Work that makes and frees one block at a time does both each time, where all
    // but that one of a pool are in use.
    void* take_last(std::size_t class_index);
    bool put_first(PoolHeader* pool, void* block);
}
