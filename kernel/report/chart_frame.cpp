#include "report/chart_frame.hpp"

#include <algorithm>
#include <cmath>

namespace xmemory::report
{
    namespace
    {
        // At most these, so that words have their room beside it and a chart of one decade is no larger than it need be.
        constexpr int most_width_px = 360;
        constexpr int most_height_px = 192;
        constexpr int most_x_step_px = 180;
        constexpr int most_y_step_px = 64;

        int on_scale(double place, int step_px) { return static_cast<int>(std::lround(place * step_px)); }
    }

    int ChartFrame::x_px(std::int64_t value) const { return chart_margin_px + on_scale(x.place(value), x_step_px); }

    int ChartFrame::y_px(std::int64_t bytes) const
    {
        return chart_margin_px + y.steps * y_step_px - on_scale(y.place(bytes), y_step_px);
    }

    ChartFrame frame_of(const Chart& chart)
    {
        ChartFrame frame;
        frame.x = x_axis_of(chart);
        frame.y = y_axis_of(chart);
        frame.x_step_px = std::min(most_x_step_px, most_width_px / frame.x.steps);
        frame.y_step_px = std::min(most_y_step_px, most_height_px / frame.y.steps);
        return frame;
    }
}
