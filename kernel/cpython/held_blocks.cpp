#include "cpython/held_blocks.hpp"

#include <algorithm>

namespace xmemory::cpython
{
    namespace
    {
        std::size_t slot_of(const void* address)
        {
            return (reinterpret_cast<std::uintptr_t>(address) - core::zone::base) / core::zone::slot_size;
        }
    }

    int HeldBlocks::add(const pymalloc::Arena& arena)
    {
        const std::size_t slot = slot_of(arena.address);
        has_arena_.resize(std::max(has_arena_.size(), slot + 1));
        has_arena_[slot] = true;
        arenas_.push_back(arena.address);
        int unread = 0;
        for (std::size_t index = 0; index < pymalloc::pools_per_arena; ++index)
        {
            const char* pool = arena.pool_address(index);
            const auto live = pymalloc::live_blocks(pool, arena.pools[index]);
            unread += !live;
            if (live)
            {
                std::copy(live->as_words().begin(), live->as_words().end(), &live_.word_of(pool));
            }
        }
        return unread;
    }

    const char* HeldBlocks::take(const void* address)
    {
        const std::size_t slot = slot_of(address);
        if (slot >= has_arena_.size() || !has_arena_[slot])
        {
            return nullptr;
        }
        const char* pool = pymalloc::pool_of(address);
        const char* start = pymalloc::block_at(pool, pymalloc::read_pool(pool), address);
        return start != nullptr && live_.take(start) ? start : nullptr;
    }
}
