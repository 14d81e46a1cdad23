// The axes of a chart: powers of ten, a floor below them where something is 0, and where a value stands. Pictures and text
// draw by them. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/document.hpp"

namespace xmemory::report
{
    // Ticks stand one step apart, from 0 to steps: the powers of ten from the lowest on, before them 0 where has_floor.
    struct Axis
    {
        int lowest_power = 0;
        int steps = 1; // ≥ 1
        bool has_floor = false;

        // In steps from the start of the axis; 0 or less stands on the floor.
        double place(std::int64_t value) const;
        // -1 for 0, else the power of ten.
        int power_at(int tick) const;
    };

    // The axis that holds all values: from the power of ten below the least to that above the greatest.
    Axis axis_of(const std::vector<std::int64_t>& values);
    Axis x_axis_of(const Chart& chart);
    Axis y_axis_of(const Chart& chart);

    // 10 to a power as people read it: 4 → "10,000"; as bytes: 4 → "10 kB"; -1 → "0" and "0 B".
    std::string count_of_power(int power);
    std::string bytes_of_power(int power);

    bool has_points(const Chart& chart);
}
