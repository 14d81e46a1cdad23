// CPython's small-object allocator as it lies in memory: arenas of 1 MiB, pools of 16 KiB, size classes of 16 bytes
// (Objects/obmalloc.c, struct pool_header; the same in 3.10 to 3.13). Reads only. With the GIL.
#pragma once

#include <cstddef>
#include <cstdint>

namespace xmemory::cpython::pymalloc
{
    inline constexpr std::size_t pool_size = 16 * 1024;
    inline constexpr std::size_t arena_size = 1024 * 1024;
    inline constexpr std::size_t largest_small = 512;

    struct PoolHeader // the fields of struct pool_header, by their place
    {
        std::uint32_t blocks_in_use;
        std::uint32_t unused;
        void* free_block;
        PoolHeader* next;
        PoolHeader* previous;
        std::uint32_t arena_index;
        std::uint32_t class_index;
        std::uint32_t next_offset;
        std::uint32_t max_next_offset;
    };

    // Precondition: block is a pymalloc block.
    inline std::size_t class_size_of(const void* block)
    {
        const auto pool = reinterpret_cast<std::uintptr_t>(block) & ~(pool_size - 1);
        return (std::size_t{reinterpret_cast<const PoolHeader*>(pool)->class_index} + 1) * 16;
    }

    // What the pools' own headers say, independently of the ledger.
    struct PoolSums
    {
        std::int64_t blocks = 0;
        std::int64_t set_aside_bytes = 0; // blocks × their size class
        std::int64_t pools_in_use = 0;
        std::int64_t arenas = 0;
        std::int64_t frame_chunk_bytes = 0; // chunks of the frames' data stack (3.11 and later) in the arena zone
    };
    PoolSums read_pools();
}
