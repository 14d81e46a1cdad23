// A set of addresses of objects: a bit for those in the arena zone, a hash table for others. Native memory. One thread; between its
// making and its last use nothing may be allocated in Python's heap.
#pragma once

#include "cpython/address_table.hpp"
#include "cpython/zone_bits.hpp"

namespace xmemory::cpython
{
    class AddressSet
    {
    public:
        // Whether it was in before. address: on a granule's boundary.
        bool put(const void* address)
        {
            return in_zone_.covers(address) ? in_zone_.put(address) : elsewhere_.put(address, 1) != 0;
        }

    private:
        ZoneBits in_zone_;
        AddressTable elsewhere_;
    };
}
