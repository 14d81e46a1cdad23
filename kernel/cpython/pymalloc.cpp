#include "cpython/pymalloc.hpp"

#include <algorithm>

#include "core/zone.hpp"

namespace xmemory::cpython::pymalloc
{
    namespace
    {
        template <typename Visit>
        void for_each_mapping(Visit visit)
        {
            const void* at = reinterpret_cast<const void*>(core::zone::base);
            for (auto mapping = core::zone::next_mapping(at); mapping.address; mapping = core::zone::next_mapping(at))
            {
                visit(mapping);
                at = mapping.address + mapping.bytes;
            }
        }

        bool is_arena(const core::zone::Mapping& mapping)
        {
            return mapping.use == core::zone::Use::arena && mapping.bytes == arena_size;
        }

        // Where the blocks end that were handed out at least once (Objects/obmalloc.c, pymalloc_pool_extend).
        std::optional<std::size_t> carved_end(const PoolHeader& header, std::size_t class_bytes)
        {
            const std::size_t end = pool_overhead + blocks_per_pool(class_bytes) * class_bytes;
            const bool is_sound = header.max_next_offset == pool_size - class_bytes && header.next_offset >= pool_overhead &&
                                  header.next_offset <= end && (header.next_offset - pool_overhead) % class_bytes == 0;
            return is_sound ? std::optional<std::size_t>(header.next_offset) : std::nullopt;
        }
    }

    // A pool that was never used is still zero. One that was given back counts no block, and keeps its class and free list
    // in case the same class takes it again (Objects/obmalloc.c, allocate_from_new_pool).
    Pool read_pool(const char* address)
    {
        const auto& header = *reinterpret_cast<const PoolHeader*>(address);
        Pool pool;
        if (header.max_next_offset == 0)
        {
            pool.state = header.blocks_in_use == 0 ? PoolState::never_used : PoolState::damaged;
            return pool;
        }
        if (header.class_index >= class_count)
        {
            pool.state = PoolState::damaged;
            return pool;
        }
        const std::size_t class_bytes = (header.class_index + 1) * class_step;
        const std::size_t capacity = blocks_per_pool(class_bytes);
        if (header.blocks_in_use > capacity)
        {
            pool.state = PoolState::damaged;
            return pool;
        }
        pool.class_bytes = static_cast<std::uint16_t>(class_bytes);
        pool.capacity = static_cast<std::uint16_t>(capacity);
        pool.blocks_in_use = static_cast<std::uint16_t>(header.blocks_in_use);
        pool.state = header.blocks_in_use == 0          ? PoolState::given_back
                     : header.blocks_in_use == capacity ? PoolState::full
                                                        : PoolState::partly_used;
        return pool;
    }

    std::int64_t Arena::blocks_in_use() const
    {
        std::int64_t blocks = 0;
        for (const Pool& pool : pools)
        {
            blocks += pool.blocks_in_use;
        }
        return blocks;
    }

    std::int64_t Arena::used_bytes() const
    {
        std::int64_t bytes = 0;
        for (const Pool& pool : pools)
        {
            bytes += pool.used_bytes();
        }
        return bytes;
    }

    std::vector<Arena> read_arenas()
    {
        std::vector<Arena> arenas;
        for_each_mapping(
            [&](const core::zone::Mapping& mapping)
            {
                if (is_arena(mapping))
                {
                    Arena& arena = arenas.emplace_back();
                    arena.address = mapping.address;
                    for (std::size_t index = 0; index < pools_per_arena; ++index)
                    {
                        arena.pools[index] = read_pool(arena.pool_address(index));
                    }
                }
            });
        return arenas;
    }

    void PoolSums::add(const Pool& pool)
    {
        unused_pools += pool.state == PoolState::never_used || pool.state == PoolState::given_back;
        damaged_pools += pool.state == PoolState::damaged;
        if (!pool.is_in_use())
        {
            return;
        }
        const std::int64_t free_blocks = pool.capacity - pool.blocks_in_use;
        Class& sums = classes[pool.class_bytes / class_step - 1];
        ++sums.pools;
        sums.blocks_in_use += pool.blocks_in_use;
        sums.free_blocks += free_blocks;
        ++pools_in_use;
        blocks += pool.blocks_in_use;
        set_aside_bytes += pool.used_bytes();
        free_block_bytes += free_blocks * pool.class_bytes;
        end_of_pool_bytes += static_cast<std::int64_t>(pymalloc::end_of_pool_bytes(pool.class_bytes));
    }

    PoolSums read_pools()
    {
        PoolSums sums;
        for_each_mapping(
            [&](const core::zone::Mapping& mapping)
            {
                if (!is_arena(mapping))
                {
                    sums.frame_chunk_bytes += static_cast<std::int64_t>(mapping.bytes);
                    return;
                }
                ++sums.arenas;
                for (std::size_t offset = 0; offset < arena_size; offset += pool_size)
                {
                    sums.add(read_pool(mapping.address + offset));
                }
            });
        return sums;
    }

    BlockSet BlockSet::starts(std::size_t class_bytes, std::size_t end_offset)
    {
        static const auto by_class = []
        {
            std::array<BlockSet, class_count> sets;
            for (std::size_t index = 0; index < class_count; ++index)
            {
                const std::size_t bytes = (index + 1) * class_step;
                for (std::size_t offset = pool_overhead; offset + bytes <= pool_size; offset += bytes)
                {
                    sets[index].set(offset / class_step);
                }
            }
            return sets;
        }();
        BlockSet set = by_class[class_bytes / class_step - 1];
        const std::size_t end = end_offset / class_step;
        if (end < granules)
        {
            set.words_[end / 64] &= (std::uint64_t{1} << end % 64) - 1;
            std::fill(set.words_.begin() + static_cast<std::ptrdiff_t>(end / 64) + 1, set.words_.end(), 0);
        }
        return set;
    }

    std::size_t BlockSet::count() const
    {
        std::size_t bits = 0;
        for (const std::uint64_t word : words_)
        {
            bits += static_cast<std::size_t>(__builtin_popcountll(word));
        }
        return bits;
    }

    std::optional<BlockSet> live_blocks(const char* pool_address, const Pool& pool)
    {
        if (!pool.is_in_use())
        {
            return BlockSet();
        }
        const auto& header = *reinterpret_cast<const PoolHeader*>(pool_address);
        const auto end = carved_end(header, pool.class_bytes);
        if (!end)
        {
            return std::nullopt;
        }
        BlockSet live = BlockSet::starts(pool.class_bytes, *end);
        // Each step takes one more block out, so a chain that was written over ends as well.
        const void* free_block = header.free_block;
        while (free_block != nullptr)
        {
            const auto offset =
                reinterpret_cast<std::uintptr_t>(free_block) - reinterpret_cast<std::uintptr_t>(pool_address);
            if (offset >= pool_size || offset % class_step != 0 || !live.test(offset / class_step))
            {
                return std::nullopt;
            }
            live.reset(offset / class_step);
            free_block = *static_cast<void* const*>(free_block);
        }
        return live.count() == pool.blocks_in_use ? std::optional(live) : std::nullopt;
    }

    Rounding read_rounding(const std::vector<Arena>& arenas)
    {
        Rounding rounding;
        for (const Arena& arena : arenas)
        {
            for (std::size_t index = 0; index < pools_per_arena; ++index)
            {
                const std::size_t class_bytes = arena.pools[index].class_bytes;
                std::int64_t slack = 0;
                const bool known = for_each_live_block(
                    arena, index,
                    [&](const char* block)
                    { slack += static_cast<std::int64_t>(core::read_tag(core::zone::tag_of(block), class_bytes).slack); });
                rounding.exact = rounding.exact && known && arena.pools[index].state != PoolState::damaged;
                if (slack != 0)
                {
                    rounding.bytes[class_bytes / class_step - 1] += slack;
                }
            }
        }
        return rounding;
    }

    const char* block_at(const char* pool_address, const Pool& pool, const void* address)
    {
        const auto offset = static_cast<std::size_t>(static_cast<const char*>(address) - pool_address);
        if (pool.class_bytes == 0 || offset < pool_overhead)
        {
            return nullptr;
        }
        const std::size_t place = (offset - pool_overhead) / pool.class_bytes;
        return place < pool.capacity ? pool_address + pool_overhead + place * pool.class_bytes : nullptr;
    }
}
