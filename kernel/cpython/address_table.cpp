#include "cpython/address_table.hpp"

namespace xmemory::cpython
{
    std::uint32_t AddressTable::put(const void* address, std::uint32_t number)
    {
        if ((used_ + 1) * 2 > slots_.size())
        {
            std::vector<Slot> smaller(slots_.size() * 2);
            smaller.swap(slots_);
            for (const Slot& slot : smaller)
            {
                if (slot.address != nullptr)
                {
                    slots_[place_of(slot.address)] = slot;
                }
            }
        }
        Slot& slot = slots_[place_of(address)];
        used_ += slot.address == nullptr;
        const std::uint32_t before = slot.number;
        slot = {address, number};
        return before;
    }
}
