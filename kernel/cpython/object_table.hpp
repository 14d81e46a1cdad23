// A number for each object that was put in: the side table of a walk over the heap. Native memory, never Python's. For addresses in
// the arena zone it is an array, one entry for each 16 bytes, of which only the pages that are used exist; for others a hash table.
// One thread; between its making and its last use nothing may be allocated in Python's heap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/zone.hpp"

namespace xmemory::cpython
{
    class ObjectTable
    {
    public:
        // For the arenas that there are now. Throws std::bad_alloc where the system refuses.
        ObjectTable();
        ~ObjectTable();
        ObjectTable(const ObjectTable&) = delete;
        ObjectTable& operator=(const ObjectTable&) = delete;

        // 0: was not put in.
        std::uint32_t find(const void* object) const
        {
            const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(object) - core::zone::base;
            return offset < zone_bytes_ ? in_zone_[offset / core::granule] : find_elsewhere(object);
        }

        // Has the processor bring what find will look at, some time before.
        void fetch(const void* object) const
        {
            const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(object) - core::zone::base;
            if (offset < zone_bytes_)
            {
                __builtin_prefetch(in_zone_ + offset / core::granule);
            }
        }

        // number: above 0.
        void put(const void* object, std::uint32_t number)
        {
            const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(object) - core::zone::base;
            offset < zone_bytes_ ? void(in_zone_[offset / core::granule] = number) : put_elsewhere(object, number);
        }

    private:
        struct Slot
        {
            const void* object = nullptr;
            std::uint32_t number = 0;
        };

        std::uint32_t find_elsewhere(const void* object) const;
        void put_elsewhere(const void* object, std::uint32_t number);
        std::size_t place_of(const void* object) const;

        std::uint32_t* in_zone_ = nullptr;
        std::size_t zone_bytes_ = 0;
        std::vector<Slot> elsewhere_; // a power of two, at most half full
        std::size_t used_ = 0;
    };
}
