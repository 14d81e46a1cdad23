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
        bool put(const void* address) { return in_zone_.covers(address) ? in_zone_.put(address) : put_elsewhere(address); }

    private:
        bool put_elsewhere(const void* address)
        {
            const bool was_in = elsewhere_.find(address) != 0;
            if (!was_in)
            {
                elsewhere_.put(address, 1);
            }
            return was_in;
        }

        ZoneBits in_zone_;
        AddressTable elsewhere_;
    };
}
