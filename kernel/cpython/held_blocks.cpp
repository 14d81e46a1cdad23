#include "cpython/held_blocks.hpp"

#include <algorithm>

namespace xmemory::cpython
{
    int HeldBlocks::add(const pymalloc::Arena& arena)
    {
        const std::size_t slot = slot_of(arena.address);
        by_slot_.resize(std::max(by_slot_.size(), slot + 1));
        by_slot_[slot] = std::make_unique<Granules>();
        arenas_.push_back(arena.address);
        int unread = 0;
        for (std::size_t index = 0; index < pymalloc::pools_per_arena; ++index)
        {
            unread += !pymalloc::for_each_live_block(arena, index,
                                                     [&](const char* block) { by_slot_[slot]->set(granule_of(block)); });
        }
        return unread;
    }

    const char* HeldBlocks::take_from(Granules& live, const void* address)
    {
        const char* pool = pymalloc::pool_of(address);
        const char* start = pymalloc::block_at(pool, pymalloc::read_pool(pool), address);
        if (start == nullptr || !live.test(granule_of(start)))
        {
            return nullptr;
        }
        live.reset(granule_of(start));
        return start;
    }
}
