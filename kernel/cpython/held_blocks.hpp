// The blocks in use of some arenas, each of which can be taken out once, by any address in it: what is left at last was not known
// by anybody. Native memory, never Python's: 8 KiB an arena. One thread; while it lives nothing may be allocated in Python's heap.
#pragma once

#include <vector>

#include "cpython/pymalloc.hpp"
#include "cpython/zone_bits.hpp"

namespace xmemory::cpython
{
    class HeldBlocks
    {
    public:
        // How many of its pools could not be read: their blocks are left out. The arena: one that there was when this was made.
        int add(const pymalloc::Arena& arena);

        bool empty() const { return arenas_.empty(); }

        // The start of the block that address lies in, which now is taken; nullptr where it lies in none, or in one taken before.
        const char* take(const void* address);

        // Takes the block that begins at address; false where none does, or it was taken before.
        bool take_start(const void* address) { return live_.covers(address) && live_.take(address); }

        // Calls visit(block) for each that was not taken.
        template <typename Visit>
        void for_each_left(Visit visit) const
        {
            for (const char* arena : arenas_)
            {
                for_each_bit(&live_.word_of(arena), pymalloc::arena_size / ZoneBits::bytes_a_word,
                                       [&](std::size_t granule) { visit(arena + granule * core::granule); });
            }
        }

    private:
        std::vector<const char*> arenas_;
        std::vector<bool> has_arena_; // by slot of the zone
        ZoneBits live_;               // where each block begins
    };
}
