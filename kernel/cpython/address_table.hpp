// A number for each address that was put in: a hash table in native memory. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace xmemory::cpython
{
    class AddressTable
    {
    public:
        // 0: was not put in.
        std::uint32_t find(const void* address) const { return slots_[place_of(address)].number; }

        // number: above 0; in the place of one that it had, which is returned.
        std::uint32_t put(const void* address, std::uint32_t number);

    private:
        struct Slot
        {
            const void* address = nullptr;
            std::uint32_t number = 0;
        };

        // Where the address stands, or the free place where it would.
        std::size_t place_of(const void* address) const
        {
            const std::size_t mask = slots_.size() - 1;
            std::size_t place = (reinterpret_cast<std::uintptr_t>(address) >> 4) * 0x9E3779B97F4A7C15u >> 20 & mask;
            while (slots_[place].address != nullptr && slots_[place].address != address)
            {
                place = (place + 1) & mask;
            }
            return place;
        }

        std::vector<Slot> slots_ = std::vector<Slot>(4096); // a power of two, at most half full
        std::size_t used_ = 0;
    };
}
