#include "cpython/used_pools.hpp"

#include <Python.h>

#include <cstdint>
#include <vector>

#include "core/zone.hpp"

namespace xmemory::cpython::used_pools
{
    PoolHeader* const* heads = nullptr;

    namespace
    {
        constexpr std::size_t next_field = offsetof(PoolHeader, next);

        const PoolHeader* header_of(const void* block)
        {
            return reinterpret_cast<const PoolHeader*>(pymalloc::pool_of(block));
        }

        // The list of a class is closed by the table's entry itself, which is laid out as if a pool's header began 16 bytes
        // before it (Objects/obmalloc.c, PTA).
        PoolHeader* const* table_from(const PoolHeader* pool, std::size_t class_index)
        {
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

        bool is_full(const PoolHeader* pool)
        {
            return pool->blocks_in_use == pymalloc::blocks_per_pool((pool->class_index + 1) * pymalloc::class_step);
        }

        // Blocks of one class, the last of them in a pool that has room still, so that the pool is on its list.
        class Blocks
        {
        public:
            Blocks(std::size_t class_index, void* (*make)(std::size_t), void (*release)(void*)) : release_(release)
            {
                constexpr int most = 1000;
                do
                {
                    blocks_.push_back(make((class_index + 1) * pymalloc::class_step));
                } while (lie_in_pools() && is_full(pool()) && blocks_.size() < most);
            }
            ~Blocks()
            {
                for (void* block : blocks_)
                {
                    release_(block);
                }
            }
            Blocks(const Blocks&) = delete;
            Blocks& operator=(const Blocks&) = delete;

            bool lie_in_pools() const { return core::zone::in_zone(blocks_.back()); }
            const PoolHeader* pool() const { return header_of(blocks_.back()); }

        private:
            void (*release_)(void*);
            std::vector<void*> blocks_;
        };

        bool is_first_of_its_class(PoolHeader* const* table, const PoolHeader* pool, std::size_t class_index)
        {
            return pool->class_index == class_index && table_from(pool, class_index) == table &&
                   table[2 * class_index] == pool;
        }

        PoolHeader* const* checked_table(void* (*make)(std::size_t bytes), void (*release)(void* block))
        {
            PoolHeader* const* table = nullptr;
            for (std::size_t index = 0; index < pymalloc::class_count; ++index)
            {
                const Blocks blocks(index, make, release);
                if (!blocks.lie_in_pools())
                {
                    return nullptr;
                }
                table = index == 0 ? table_from(blocks.pool(), 0) : table;
                if (table == nullptr || !is_first_of_its_class(table, blocks.pool(), index))
                {
                    return nullptr;
                }
            }
            return table;
        }
    }

    void find(void* (*make)(std::size_t bytes), void (*release)(void* block))
    {
        heads = nullptr;
#if PY_VERSION_HEX < 0x030C0000 // from 3.12 on each interpreter may have a table of its own
        heads = checked_table(make, release);
#else
        (void)make;
        (void)release;
#endif
    }

    void* take_last(std::size_t class_index)
    {
        PoolHeader* pool = heads[2 * class_index];
        void* block = take(class_index);
        if (block == nullptr && pool != pool->next)
        {
            pool->next->previous = pool->previous;
            pool->previous->next = pool->next;
            block = pool->free_block;
            pool->free_block = nullptr;
            ++pool->blocks_in_use;
        }
        return block;
    }

    bool put_first(PoolHeader* pool, void* block)
    {
        if (pool->free_block != nullptr)
        {
            return put(pool, block);
        }
        *static_cast<void**>(block) = nullptr;
        pool->free_block = block;
        --pool->blocks_in_use;
        PoolHeader* next = heads[2 * pool->class_index];
        pool->next = next;
        pool->previous = next->previous;
        next->previous->next = pool;
        next->previous = pool;
        return true;
    }
}
