// Tests of kernel/report/svg_chart.cpp.
#include "report/svg.hpp"

#include <gtest/gtest.h>

#include "report/chart_frame.hpp"
#include "report/palette.hpp"

namespace xmemory::report
{
    namespace
    {
        bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

        Chart growth()
        {
            Chart chart;
            chart.series = {{"list", {{1'000, 10'000}, {10'000, 100'000}}}, {"generator", {{1'000, 100}, {10'000, 100}}}};
            return chart;
        }

        TEST(ChartSvg, DrawsALineAndAMarkerOfItsOwnForEachSeries)
        {
            const SvgPicture picture = chart_svg(growth());
            EXPECT_EQ(picture.width_px, 180 + 17);
            EXPECT_EQ(picture.height_px, 3 * 64 + 17);
            EXPECT_TRUE(contains(picture.svg, R"(<path d="M8.5 72.5L188.5 8.5" fill="none" stroke="#0072B2")"))
                << picture.svg;
            EXPECT_TRUE(contains(picture.svg, R"(<path d="M8.5 200.5L188.5 200.5" fill="none" stroke="#D55E00")"));
            EXPECT_TRUE(contains(picture.svg, marker_svg(0, 188, 8, 4)));
            EXPECT_TRUE(contains(picture.svg, marker_svg(1, 8, 200, 4)));
        }

        TEST(ChartSvg, DrawsALightGridAtThePowersOfTen)
        {
            const std::string svg = chart_svg(growth()).svg;
            EXPECT_TRUE(contains(svg, R"(<path d="M188.5 8v192M8 136.5h180M8 72.5h180M8 8.5h180" )"
                                      R"(stroke="#808080" stroke-opacity="0.3"/>)"))
                << svg;
        }

        TEST(ChartSvg, DrawsOnePointWithoutALine)
        {
            Chart chart;
            chart.series = {{"only", {{5'000, 0}}}};
            const std::string svg = chart_svg(chart).svg;
            EXPECT_FALSE(contains(svg, R"(stroke-width="2")"));
            const ChartFrame frame = frame_of(chart);
            EXPECT_TRUE(contains(svg, marker_svg(0, frame.x_px(5'000), frame.y_tick_px(0), 4))) << svg;
        }

        TEST(ChartSvg, HoldsNoText)
        {
            Chart chart = growth();
            chart.series[0].label = "a<b";
            EXPECT_FALSE(contains(chart_svg(chart).svg, "a<b"));
            EXPECT_FALSE(contains(chart_svg(chart).svg, "<text"));
        }
    }
}
