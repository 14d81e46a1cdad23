#include "cpython/object_table.hpp"

#include <new>

#include "cpython/large_vector.hpp"

namespace xmemory::cpython
{
    namespace
    {
        std::size_t table_bytes(std::size_t zone_bytes) { return zone_bytes / core::granule * sizeof(std::uint32_t); }
    }

    ObjectTable::ObjectTable() : zone_bytes_(core::zone::used_span())
    {
        if (zone_bytes_ == 0)
        {
            return;
        }
        void* pages = large_memory::map(table_bytes(zone_bytes_));
        if (pages == nullptr)
        {
            throw std::bad_alloc();
        }
        in_zone_ = static_cast<std::uint32_t*>(pages);
    }

    ObjectTable::~ObjectTable()
    {
        if (in_zone_ != nullptr)
        {
            large_memory::unmap(in_zone_, table_bytes(zone_bytes_));
        }
    }
}
