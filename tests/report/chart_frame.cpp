// Tests of kernel/report/chart_frame.cpp.
#include "report/chart_frame.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        Chart chart_of(std::vector<Chart::Point> points)
        {
            Chart chart;
            chart.series = {{"a", std::move(points)}};
            return chart;
        }

        TEST(ChartFrame, PutsPowersOfTenOnItsTicks)
        {
            const ChartFrame frame = frame_of(chart_of({{1'000, 100}, {1'000'000, 100'000'000}}));
            EXPECT_EQ(frame.x_step_px, 120);
            EXPECT_EQ(frame.y_step_px, 32);
            for (int tick = 0; tick <= 3; ++tick)
                EXPECT_EQ(frame.x_px(std::vector<std::int64_t>{1'000, 10'000, 100'000, 1'000'000}[tick]),
                          frame.x_tick_px(tick));
            EXPECT_EQ(frame.y_px(100), frame.y_tick_px(0));
            EXPECT_EQ(frame.y_px(10'000), frame.y_tick_px(2));
            EXPECT_EQ(frame.y_px(100'000'000), chart_margin_px);
        }

        TEST(ChartFrame, LeavesRoomForWordsHoweverMuchItHolds)
        {
            constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
            for (const auto& points :
                 {std::vector<Chart::Point>{{0, 0}, {greatest, greatest}},
                  std::vector<Chart::Point>{{1, 1}, {10'000'000, 1'000'000'000'000}}, std::vector<Chart::Point>{{5, 5}}})
            {
                const ChartFrame frame = frame_of(chart_of(points));
                EXPECT_LE(frame.width_px(), 400);
                EXPECT_LE(frame.height_px(), 220);
                EXPECT_GE(frame.height_px(), 64);
                for (const Chart::Point& point : points)
                {
                    EXPECT_GE(frame.x_px(point.x), chart_margin_px);
                    EXPECT_LE(frame.x_px(point.x), frame.width_px() - chart_margin_px);
                    EXPECT_GE(frame.y_px(point.y_bytes), chart_margin_px);
                    EXPECT_LE(frame.y_px(point.y_bytes), frame.height_px() - chart_margin_px);
                }
            }
        }
    }
}
