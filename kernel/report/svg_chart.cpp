#include <fmt/format.h>

#include "report/chart_frame.hpp"
#include "report/palette.hpp"
#include "report/svg.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int marker_radius_px = 4;

        std::string grid(const ChartFrame& frame)
        {
            const int right = frame.x.steps * frame.x_step_px;
            const int bottom = frame.y.steps * frame.y_step_px;
            std::string lines;
            for (int tick = 1; tick <= frame.x.steps; ++tick)
                lines += fmt::format("M{}.5 {}v{}", frame.x_tick_px(tick), chart_margin_px, bottom);
            for (int tick = 1; tick <= frame.y.steps; ++tick)
                lines += fmt::format("M{} {}.5h{}", chart_margin_px, frame.y_tick_px(tick), right);
            return fmt::format(
                R"(<path d="{0}" stroke="{1}" stroke-opacity="0.3"/><path d="M{2}.5 {2}v{3}.5h{4}.5" fill="none" stroke="{1}"/>)",
                lines, outline_colour, chart_margin_px, bottom, right);
        }

        std::string line(const Chart::Series& series, const ChartFrame& frame, int kind)
        {
            std::string points;
            for (const Chart::Point& point : series.points)
                points +=
                    fmt::format("{}{}.5 {}.5", points.empty() ? "M" : "L", frame.x_px(point.x), frame.y_px(point.y_bytes));
            return series.points.size() < 2
                       ? std::string()
                       : fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="2" stroke-linejoin="round"/>)",
                                     points, colour_of_kind(kind));
        }

        std::string markers(const Chart::Series& series, const ChartFrame& frame, int kind)
        {
            std::string all;
            for (const Chart::Point& point : series.points)
                all += marker_svg(kind, frame.x_px(point.x), frame.y_px(point.y_bytes), marker_radius_px);
            return all;
        }
    }

    SvgPicture chart_svg(const Chart& chart)
    {
        const ChartFrame frame = frame_of(chart);
        std::string elements = grid(frame);
        for (std::size_t i = 0; i < chart.series.size(); ++i)
            elements +=
                line(chart.series[i], frame, static_cast<int>(i)) + markers(chart.series[i], frame, static_cast<int>(i));
        return svg_picture(frame.width_px(), frame.height_px(), elements);
    }
}
