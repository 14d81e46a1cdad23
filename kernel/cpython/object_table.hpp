// A number for each object that was put in: the side table of a walk over the heap. Native memory, never Python's. For addresses in
// the arena zone it is an array, one entry for each 16 bytes, of which only the pages that are used exist; for others a hash table.
// One thread; between its making and its last use nothing may be allocated in Python's heap.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/zone.hpp"
#include "cpython/address_table.hpp"

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
            return offset < zone_bytes_ ? in_zone_[offset / core::granule] : elsewhere_.find(object);
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
            offset < zone_bytes_ ? void(in_zone_[offset / core::granule] = number) : void(elsewhere_.put(object, number));
        }

    private:
        std::uint32_t* in_zone_ = nullptr;
        std::size_t zone_bytes_ = 0;
        AddressTable elsewhere_;
    };
}
