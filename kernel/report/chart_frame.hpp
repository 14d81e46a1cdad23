// Where the ticks and points of a chart stand in its picture, in whole pixels: the picture draws by it and the HTML around it
// sets its labels by it. Any thread.
#pragma once

#include "report/chart.hpp"

namespace xmemory::report
{
    inline constexpr int chart_margin_px = 8; // half a marker, half a line of words

    struct ChartFrame
    {
        Axis x;
        Axis y;
        int x_step_px = 0;
        int y_step_px = 0;

        int width_px() const { return x.steps * x_step_px + 2 * chart_margin_px + 1; }
        int height_px() const { return y.steps * y_step_px + 2 * chart_margin_px + 1; }
        int x_tick_px(int tick) const { return chart_margin_px + tick * x_step_px; }
        int y_tick_px(int tick) const { return chart_margin_px + (y.steps - tick) * y_step_px; }
        int x_px(std::int64_t value) const;
        int y_px(std::int64_t bytes) const;
    };

    ChartFrame frame_of(const Chart& chart);
}
