// The size classes of all pools as they are when this is made: a byte for each, so that a walk in another order than that of the
// addresses needs no look at each block's pool. Native memory. With the GIL; true until Python allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/tag.hpp"
#include "core/zone.hpp"
#include "cpython/pymalloc.hpp"

namespace xmemory::cpython
{
    class PoolClasses
    {
    public:
        PoolClasses() : classes_(core::zone::used_span() / pymalloc::pool_size)
        {
            for (const pymalloc::Arena& arena : pymalloc::read_arenas())
            {
                for (std::size_t index = 0; index < pymalloc::pools_per_arena; ++index)
                {
                    classes_[place_of(arena.pool_address(index))] =
                        static_cast<std::uint8_t>(arena.pools[index].class_bytes / pymalloc::class_step);
                }
            }
        }

        // Bytes of each of the blocks of the pool that the address lies in; 0 where it lies in no pool, or in a damaged one.
        std::size_t class_size_of(const void* address) const
        {
            const std::size_t place = place_of(address);
            return place < classes_.size() ? classes_[place] * pymalloc::class_step : 0;
        }

    private:
        static std::size_t place_of(const void* address)
        {
            return (reinterpret_cast<std::uintptr_t>(address) - core::zone::base) / pymalloc::pool_size;
        }

        std::vector<std::uint8_t> classes_;
    };
}
