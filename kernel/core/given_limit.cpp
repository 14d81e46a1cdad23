#include "core/given_limit.hpp"

#include <algorithm>
#include <atomic>

namespace xmemory::core::budget::given_limit
{
    namespace
    {
        constexpr std::int64_t step_past_limit = megabyte; // between two stops of a thread that goes on with small blocks
        constexpr std::int64_t reserve_bytes = 16 * megabyte;

        std::optional<Given> given;

        using Shared = std::atomic<std::int64_t>;
        Shared given_bytes{0};
        Shared total_ceiling{never};
        Shared cell_ceiling{never};
        Shared past_at_start{0}; // by how much more was in use when the cell began
        Shared stop_level{never};

        std::int64_t read(const Shared& number) { return number.load(std::memory_order_relaxed); }
        void write(Shared& number, std::int64_t value) { number.store(value, std::memory_order_relaxed); }
    }

    void set(const std::optional<Given>& limit) { given = limit; }

    std::optional<Given> get() { return given; }

    void place(std::int64_t level, std::int64_t in_use)
    {
        write(given_bytes, given ? given->bytes : 0);
        write(total_ceiling, given && !given->of_each_cell ? given->bytes - in_use + level : never);
        write(cell_ceiling, given && given->of_each_cell ? given->bytes : never);
        write(stop_level, std::max(ceiling(), level + step_past_limit));
        write(past_at_start, std::max<std::int64_t>(0, level - ceiling()));
    }

    std::int64_t ceiling() noexcept { return std::min(read(total_ceiling), read(cell_ceiling)); }

    std::optional<Standing> standing(std::int64_t level) noexcept
    {
        const std::int64_t total = read(total_ceiling), cell = read(cell_ceiling);
        if (std::min(total, cell) == never)
        {
            return std::nullopt;
        }
        return Standing{total <= cell ? Limit::given_total : Limit::given_cell, read(given_bytes), std::min(total, cell) - level,
                        0};
    }

    std::int64_t reserve() noexcept { return reserve_bytes + read(past_at_start); }

    bool is_stop_due(std::int64_t level) noexcept { return level > ceiling() && level >= read(stop_level); }

    void put_off_stop(std::int64_t level) noexcept { write(stop_level, level + step_past_limit); }
}
