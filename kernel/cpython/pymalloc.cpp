#include "cpython/pymalloc.hpp"

#include "core/zone.hpp"

namespace xmemory::cpython::pymalloc
{
    namespace
    {
        // A chunk of the frames' data stack has its own size in its second word (Include/cpython/pystate.h, _PyStackChunk);
        // there an arena has the first pool's free list, which points into that pool or is null.
        bool is_frame_chunk(const core::zone::Mapping& mapping)
        {
            return reinterpret_cast<const std::size_t*>(mapping.address)[1] == mapping.bytes || mapping.bytes != arena_size;
        }

        void add_arena(const char* arena, PoolSums& sums)
        {
            ++sums.arenas;
            for (std::size_t offset = 0; offset < arena_size; offset += pool_size)
            {
                // A pool that was never used is still zero, and one that was given back counts no block.
                const auto* pool = reinterpret_cast<const PoolHeader*>(arena + offset);
                sums.blocks += pool->blocks_in_use;
                sums.set_aside_bytes += std::int64_t{pool->blocks_in_use} * (pool->class_index + 1) * 16;
                sums.pools_in_use += pool->blocks_in_use != 0;
            }
        }
    }

    PoolSums read_pools()
    {
        PoolSums sums;
        const void* at = reinterpret_cast<const void*>(core::zone::base);
        for (auto mapping = core::zone::next_mapping(at); mapping.address; mapping = core::zone::next_mapping(at))
        {
            if (is_frame_chunk(mapping))
            {
                sums.frame_chunk_bytes += static_cast<std::int64_t>(mapping.bytes);
            }
            else
            {
                add_arena(mapping.address, sums);
            }
            at = mapping.address + mapping.bytes;
        }
        return sums;
    }
}
