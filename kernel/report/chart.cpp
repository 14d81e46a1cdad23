#include "report/chart.hpp"

#include <algorithm>
#include <cmath>

namespace xmemory::report
{
    namespace
    {
        // In integers: log10(1000) need not be 3. 10^19 is more than an int64_t holds and less than a uint64_t.
        int power_not_above(std::int64_t value)
        {
            int power = 0;
            for (std::uint64_t reached = 10; reached <= static_cast<std::uint64_t>(value); reached *= 10)
                ++power;
            return power;
        }

        int power_not_below(std::int64_t value)
        {
            int power = 0;
            for (std::uint64_t reached = 1; reached < static_cast<std::uint64_t>(value); reached *= 10)
                ++power;
            return power;
        }

        template <class Value>
        Axis axis_of_points(const Chart& chart, Value value)
        {
            std::vector<std::int64_t> values;
            for (const Chart::Series& series : chart.series)
                for (const Chart::Point& point : series.points)
                    values.push_back(point.*value);
            return axis_of(values);
        }
    }

    double Axis::place(std::int64_t value) const
    {
        if (value <= 0)
            return 0;
        return std::clamp<double>(std::log10(static_cast<double>(value)) - lowest_power + (has_floor ? 1 : 0), 0, steps);
    }

    int Axis::power_at(int tick) const
    {
        return has_floor ? (tick == 0 ? -1 : lowest_power + tick - 1) : lowest_power + tick;
    }

    Axis axis_of(const std::vector<std::int64_t>& values)
    {
        Axis axis;
        std::int64_t least = 0;
        std::int64_t greatest = 0;
        for (const std::int64_t value : values)
        {
            axis.has_floor = axis.has_floor || value <= 0;
            if (value <= 0)
                continue;
            least = least == 0 ? value : std::min(least, value);
            greatest = std::max(greatest, value);
        }
        if (greatest == 0)
            return axis;
        axis.lowest_power = power_not_above(least);
        const int highest_power = std::max(power_not_below(greatest), axis.lowest_power + (axis.has_floor ? 0 : 1));
        axis.steps = highest_power - axis.lowest_power + (axis.has_floor ? 1 : 0);
        return axis;
    }

    Axis x_axis_of(const Chart& chart) { return axis_of_points(chart, &Chart::Point::x); }

    Axis y_axis_of(const Chart& chart) { return axis_of_points(chart, &Chart::Point::y_bytes); }

    std::string count_of_power(int power)
    {
        if (power < 0)
            return "0";
        std::string digits = "1";
        for (int left = power; left > 0; --left)
            digits += left % 3 == 0 ? ",0" : "0";
        return digits;
    }

    std::string bytes_of_power(int power)
    {
        constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
        const std::string number = power < 0 ? "0" : "1" + std::string(static_cast<std::size_t>(power % 3), '0');
        return number + "\u00a0" + units[power < 0 ? 0 : power / 3];
    }

    bool has_points(const Chart& chart)
    {
        return std::any_of(chart.series.begin(), chart.series.end(), [](auto& series) { return !series.points.empty(); });
    }
}
