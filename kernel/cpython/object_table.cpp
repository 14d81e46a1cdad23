#include "cpython/object_table.hpp"

#include <sys/mman.h>

#include <new>

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
        void* pages = mmap(nullptr, table_bytes(zone_bytes_), PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (pages == MAP_FAILED)
        {
            throw std::bad_alloc();
        }
        in_zone_ = static_cast<std::uint32_t*>(pages);
    }

    ObjectTable::~ObjectTable()
    {
        if (in_zone_ != nullptr)
        {
            munmap(in_zone_, table_bytes(zone_bytes_));
        }
    }
}
