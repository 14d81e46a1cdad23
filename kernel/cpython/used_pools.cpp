#include "cpython/used_pools.hpp"

#include <Python.h>

#include <array>
#include <cstdint>

#include "core/zone.hpp"

namespace xmemory::cpython::used_pools
{
    PoolHeader* const* heads = nullptr;

    namespace
    {
        constexpr std::size_t next_field = offsetof(PoolHeader, next);

        PoolHeader* header_of(const void* block)
        {
            return reinterpret_cast<PoolHeader*>(const_cast<char*>(pymalloc::pool_of(block)));
        }

        // The list of a class is closed by the table's entry itself, which is laid out as if a pool's header began 16 bytes
        // before it (Objects/obmalloc.c, PTA).
        PoolHeader* const* table_from(const void* block, std::size_t class_index)
        {
            const PoolHeader* pool = header_of(block);
            for (int steps = 0; core::zone::in_zone(pool); ++steps, pool = pool->next)
            {
                if (steps == 100'000)
                {
                    return nullptr;
                }
            }
            const auto entry = reinterpret_cast<std::uintptr_t>(pool) + next_field;
            return reinterpret_cast<PoolHeader* const*>(entry) - 2 * class_index;
        }

        bool is_first_of_its_class(PoolHeader* const* table, void* block, std::size_t class_index)
        {
            const PoolHeader* pool = header_of(block);
            return pool->class_index == class_index && table_from(block, class_index) == table &&
                   table[2 * class_index] == pool;
        }
    }

    void find(void* (*make)(std::size_t bytes), void (*release)(void* block))
    {
#if PY_VERSION_HEX < 0x030C0000 // from 3.12 on each interpreter may have a table of its own
        std::array<void*, pymalloc::class_count> blocks{};
        bool is_as_expected = true;
        for (std::size_t index = 0; index < pymalloc::class_count; ++index)
        {
            blocks[index] = make((index + 1) * pymalloc::class_step);
            is_as_expected = is_as_expected && core::zone::in_zone(blocks[index]);
        }
        PoolHeader* const* table = is_as_expected ? table_from(blocks[0], 0) : nullptr;
        for (std::size_t index = 0; index < pymalloc::class_count; ++index)
        {
            is_as_expected = is_as_expected && is_first_of_its_class(table, blocks[index], index);
        }
        for (void* block : blocks)
        {
            release(block);
        }
        heads = is_as_expected ? table : nullptr;
#else
        (void)make;
        (void)release;
#endif
    }
}
