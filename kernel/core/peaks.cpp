#include "core/peaks.hpp"

#include <algorithm>
#include <iterator>

#include "core/tally.hpp"

namespace xmemory::core
{
    Peaks levels_now()
    {
        const ActiveCell& cell = active_cell;
        Peaks now{cell.own.total() + cell.others_total.load(), {}};
        for (int origin = 0; origin < origin_count; ++origin)
        {
            now.origin[static_cast<std::size_t>(origin)] = cell.own.origin[origin] + cell.others_origin[origin].load();
        }
        return now;
    }

    Peaks peaks_now()
    {
        const ActiveCell& cell = active_cell;
        Peaks now{std::max(cell.own.peak, cell.others_peak.load()), {}};
        for (int origin = 0; origin < origin_count; ++origin)
        {
            now.origin[static_cast<std::size_t>(origin)] =
                std::max(cell.own.origin_peak[origin], cell.others_origin_peak[origin].load());
        }
        return now;
    }

    void set_peaks(const Peaks& peaks)
    {
        active_cell.own.peak = peaks.total;
        active_cell.others_peak.store(peaks.total);
        for (int origin = 0; origin < origin_count; ++origin)
        {
            active_cell.own.origin_peak[origin] = peaks.origin[static_cast<std::size_t>(origin)];
            active_cell.others_origin_peak[origin].store(peaks.origin[static_cast<std::size_t>(origin)]);
        }
        look_at_peaks();
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
        std::fill(std::begin(active_cell.own.origin), std::end(active_cell.own.origin), 0);
        active_cell.others_total.store(0);
        for (auto& level : active_cell.others_origin)
        {
            level.store(0);
        }
        set_peaks(Peaks{});
    }
}
