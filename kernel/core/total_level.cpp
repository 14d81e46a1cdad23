#include "core/total_level.hpp"

#include <atomic>

#include "core/levels.hpp"
#include "core/mappings.hpp"

namespace xmemory::core::budget::total_level
{
    namespace
    {
        std::atomic<std::int64_t> chunks{0};
        std::atomic<std::int64_t> most_chunks{0};
        std::atomic<std::int64_t> mapped_at_start{0};
    }

    void begin_cell()
    {
        chunks.store(0, std::memory_order_relaxed);
        most_chunks.store(0, std::memory_order_relaxed);
        mapped_at_start.store(mappings::mapped_bytes(), std::memory_order_relaxed);
    }

    std::int64_t now() noexcept
    {
        std::int64_t level = others_levels.total.read() + chunks.load(std::memory_order_relaxed) + mappings::mapped_bytes() -
                             mapped_at_start.load(std::memory_order_relaxed);
        for (const std::int64_t& origin : own_levels.origin)
        {
            level += __atomic_load_n(&origin, __ATOMIC_RELAXED);
        }
        return level;
    }

    void add_chunk(std::int64_t bytes) noexcept
    {
        const std::int64_t now = chunks.fetch_add(bytes, std::memory_order_relaxed) + bytes;
        if (now > most_chunks.load(std::memory_order_relaxed)) // with the GIL, as chunks are mapped
        {
            most_chunks.store(now, std::memory_order_relaxed);
        }
    }

    std::int64_t in_chunks() noexcept { return chunks.load(std::memory_order_relaxed); }

    std::int64_t to_unwind() noexcept { return 3 * most_chunks.load(std::memory_order_relaxed); }
}
