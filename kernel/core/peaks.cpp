#include "core/peaks.hpp"

#include <algorithm>
#include <iterator>

#include "core/levels.hpp"

namespace xmemory::core
{
    Peaks levels_now()
    {
        Peaks now{own_levels.total() + others_levels.total.read(), {}};
        for (std::size_t origin = 0; origin < origin_count; ++origin)
        {
            now.origin[origin] = own_levels.origin[origin] + others_levels.origin[origin].read();
        }
        return now;
    }

    Peaks peaks_now()
    {
        write_down_highs();
        Peaks now{std::max(own_levels.peak, others_levels.peak.read()), {}};
        for (std::size_t origin = 0; origin < origin_count; ++origin)
        {
            now.origin[origin] = std::max(own_levels.origin_peak[origin], others_levels.origin_peak[origin].read());
        }
        return now;
    }

    void set_peaks(const Peaks& peaks)
    {
        own_levels.small_high = own_levels.origin[0];
        own_levels.peak = peaks.total;
        others_levels.peak.write(peaks.total);
        for (std::size_t origin = 0; origin < origin_count; ++origin)
        {
            own_levels.origin_peak[origin] = peaks.origin[origin];
            others_levels.origin_peak[origin].write(peaks.origin[origin]);
        }
        write_down_highs();
    }

    Peaks highest(const Peaks& left, const Peaks& right)
    {
        Peaks both{std::max(left.total, right.total), {}};
        for (std::size_t origin = 0; origin < origin_count; ++origin)
        {
            both.origin[origin] = std::max(left.origin[origin], right.origin[origin]);
        }
        return both;
    }

    void reset_levels()
    {
        std::fill(std::begin(own_levels.origin), std::end(own_levels.origin), 0);
        others_levels.total.write(0);
        for (auto& level : others_levels.origin)
        {
            level.write(0);
        }
        set_peaks(Peaks{});
    }
}
