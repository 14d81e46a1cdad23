// The blocks in use of some arenas, each of which can be taken out once, by any address in it: what is left at last was not known
// by anybody. Native memory, never Python's: 8 KiB an arena. One thread; while it lives nothing may be allocated in Python's heap.
#pragma once

#include <bitset>
#include <memory>
#include <vector>

#include "core/zone.hpp"
#include "cpython/pymalloc.hpp"

namespace xmemory::cpython
{
    class HeldBlocks
    {
    public:
        // How many of its pools could not be read: their blocks are left out.
        int add(const pymalloc::Arena& arena);

        bool empty() const { return arenas_.empty(); }

        // The start of the block that address lies in, which now is taken; nullptr where it lies in none, or in one taken before.
        const char* take(const void* address)
        {
            const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(address) - core::zone::base;
            const std::size_t slot = offset / core::zone::slot_size;
            return slot < by_slot_.size() && by_slot_[slot] ? take_from(*by_slot_[slot], address) : nullptr;
        }

        // Takes the block that begins at address; false where none does, or it was taken before.
        bool take_start(const void* address)
        {
            const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(address) - core::zone::base;
            const std::size_t slot = offset / core::zone::slot_size;
            if (slot >= by_slot_.size() || !by_slot_[slot])
            {
                return false;
            }
            Granules& live = *by_slot_[slot];
            const std::size_t granule = granule_of(static_cast<const char*>(address));
            const bool was_live = live.test(granule);
            live.reset(granule);
            return was_live;
        }

        // Calls visit(block) for each that was not taken.
        template <typename Visit>
        void for_each_left(Visit visit) const
        {
            for (const char* arena : arenas_)
            {
                const Granules& live = *by_slot_[slot_of(arena)];
                for (std::size_t granule = live._Find_first(); granule < live.size(); granule = live._Find_next(granule))
                {
                    visit(arena + granule * core::granule);
                }
            }
        }

    private:
        using Granules = std::bitset<pymalloc::arena_size / core::granule>; // at its first granule each block has a bit

        static std::size_t slot_of(const char* arena)
        {
            return (reinterpret_cast<std::uintptr_t>(arena) - core::zone::base) / core::zone::slot_size;
        }
        static std::size_t granule_of(const char* block)
        {
            return reinterpret_cast<std::uintptr_t>(block) % pymalloc::arena_size / core::granule;
        }
        static const char* take_from(Granules& live, const void* address);

        std::vector<const char*> arenas_;
        std::vector<std::unique_ptr<Granules>> by_slot_;
    };
}
