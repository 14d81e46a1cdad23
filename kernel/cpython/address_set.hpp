// A set of addresses of objects: a bit for those in the arena zone and for static ones, a hash table for others. Native memory. One
// thread; between its making and its last use nothing may be allocated in Python's heap.
#pragma once

#include "cpython/address_table.hpp"
#include "cpython/program_bits.hpp"
#include "cpython/zone_bits.hpp"

namespace xmemory::cpython
{
    class AddressSet
    {
    public:
        // Whether it was in before. address: an object's or a key table's.
        bool put(const void* address)
        {
            if (in_zone_.covers(address))
            {
                return in_zone_.put(address);
            }
            return in_program_.covers(address) ? in_program_.put(address) : elsewhere_.put(address, 1) != 0;
        }

    private:
        ZoneBits in_zone_;
        ProgramBits in_program_;
        AddressTable elsewhere_;
    };
}
