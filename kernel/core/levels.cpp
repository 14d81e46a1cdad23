#include "core/levels.hpp"

#include <initializer_list>
#include <limits>

namespace xmemory::core
{
    LevelsPage levels_page;

    namespace
    {
        // The cell's thread writes its levels without a lock.
        std::int64_t glance(const std::int64_t& level) { return __atomic_load_n(&level, __ATOMIC_RELAXED); }

        // It writes the same numbers without a lock: where this is lost, the peak is one that threads raced for.
        void ask_for_a_look()
        {
            constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min() / 2;
            for (std::int64_t* look : {&own_levels.look_total, &own_levels.look[0], &own_levels.look[1], &own_levels.look[2]})
            {
                __atomic_store_n(look, lowest, __ATOMIC_RELAXED);
            }
        }

        std::int64_t own_level(int index, std::int64_t small) { return index == 0 ? small : glance(own_levels.origin[index]); }

        void raise_peaks_of_others(std::int64_t small, int index, std::int64_t total, std::int64_t level)
        {
            others_levels.peak.raise_to(small + glance(own_levels.origin[1]) + glance(own_levels.origin[2]) + total);
            others_levels.origin_peak[index].raise_to(own_level(index, small) + level);
        }
    }

    void SharedLevel::raise_to(std::int64_t level)
    {
        std::int64_t highest = read();
        while (level > highest &&
               !__atomic_compare_exchange_n(&value_, &highest, level, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        {}
    }

    void write_down_highs()
    {
        Levels& own = own_levels;
        const auto higher = [](std::int64_t left, std::int64_t right) { return left > right ? left : right; };
        const std::int64_t small = higher(own.small_high, own.origin[0]);
        const std::int64_t highs[origin_count] = {small, own.origin[1], own.origin[2]};
        const std::int64_t others_total = others_levels.total.read();
        own.peak = higher(own.peak, small + own.origin[1] + own.origin[2] + others_total);
        own.look_total = own.peak - others_total;
        for (int index = 0; index < origin_count; ++index)
        {
            const std::int64_t others = others_levels.origin[index].read();
            own.origin_peak[index] = higher(own.origin_peak[index], highs[index] + others);
            own.look[index] = own.origin_peak[index] - others;
        }
        own.small_high = own.origin[0];
    }

    void move_others_level(Origin origin, std::int64_t bytes)
    {
        const int index = static_cast<int>(origin);
        SharedLevel& total = others_levels.total;
        SharedLevel& level = others_levels.origin[index];
        const std::int64_t small_high = glance(own_levels.small_high);
        raise_peaks_of_others(small_high, index, total.read(), level.read());
        others_levels.origin_peak[0].raise_to(small_high + others_levels.origin[0].read());
        const std::int64_t new_total = total.add(bytes);
        const std::int64_t new_level = level.add(bytes);
        ask_for_a_look();
        if (bytes > 0)
        {
            const std::int64_t small = glance(own_levels.origin[0]);
            raise_peaks_of_others(small, index, new_total, new_level);
            __atomic_store_n(&own_levels.small_high, small, __ATOMIC_RELAXED); // the high was without these bytes
        }
    }
}
