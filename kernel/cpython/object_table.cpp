#include "cpython/object_table.hpp"

#include <sys/mman.h>

#include <new>

namespace xmemory::cpython
{
    namespace
    {
        namespace zone = core::zone;

        std::size_t used_zone_bytes()
        {
            const char* end = reinterpret_cast<const char*>(zone::base);
            for (auto mapping = zone::next_mapping(end); mapping.address; mapping = zone::next_mapping(end))
            {
                end = mapping.address + mapping.bytes;
            }
            return static_cast<std::size_t>(end - reinterpret_cast<const char*>(zone::base));
        }

        std::size_t table_bytes(std::size_t zone_bytes) { return zone_bytes / core::granule * sizeof(std::uint32_t); }
    }

    ObjectTable::ObjectTable() : zone_bytes_(used_zone_bytes()), elsewhere_(4096)
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

    // Where the object stands, or the free place where it would.
    std::size_t ObjectTable::place_of(const void* object) const
    {
        const std::size_t mask = elsewhere_.size() - 1;
        std::size_t place = (reinterpret_cast<std::uintptr_t>(object) >> 4) * 0x9E3779B97F4A7C15u >> 20 & mask;
        while (elsewhere_[place].object != nullptr && elsewhere_[place].object != object)
        {
            place = (place + 1) & mask;
        }
        return place;
    }

    std::uint32_t ObjectTable::find_elsewhere(const void* object) const { return elsewhere_[place_of(object)].number; }

    void ObjectTable::put_elsewhere(const void* object, std::uint32_t number)
    {
        if ((used_ + 1) * 2 > elsewhere_.size())
        {
            std::vector<Slot> smaller(elsewhere_.size() * 2);
            smaller.swap(elsewhere_);
            for (const Slot& slot : smaller)
            {
                if (slot.object != nullptr)
                {
                    elsewhere_[place_of(slot.object)] = slot;
                }
            }
        }
        Slot& slot = elsewhere_[place_of(object)];
        used_ += slot.object == nullptr;
        slot = {object, number};
    }
}
