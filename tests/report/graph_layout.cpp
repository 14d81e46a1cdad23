// Tests of kernel/report/graph_layout.cpp.
#include "report/graph_layout.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        constexpr int gap_px = 26;

        TEST(GraphLayout, PutsEachStepOfATreeOneColumnFurther)
        {
            const auto layout = lay_out({{60, 28}, {60, 28}, {80, 28}, {60, 28}}, {{0, 1}, {0, 2}, {1, 3}}, gap_px);
            ASSERT_TRUE(layout);
            const auto& at = layout->centres;
            EXPECT_LT(at[0].x, at[1].x);
            EXPECT_LT(at[1].x, at[3].x);
            EXPECT_NEAR(at[1].x, at[2].x, 0.5);
            EXPECT_GE(std::abs(at[1].y - at[2].y), 28) << "boxes do not lie upon each other";
            EXPECT_NEAR(layout->width_px, 60 + gap_px + 80 + gap_px + 60, 1);
        }

        TEST(GraphLayout, DrawsEachLineToItsTip)
        {
            const auto layout = lay_out({{60, 28}, {60, 28}}, {{0, 1}, {1, 0, false}, {1, 1, false}}, gap_px);
            ASSERT_TRUE(layout);
            ASSERT_EQ(layout->curves.size(), 3u);
            for (const GraphLayout::Curve& curve : layout->curves)
            {
                ASSERT_GE(curve.points.size(), 4u);
                EXPECT_EQ(curve.points.size() % 3, 1u);
            }
            const double left_of_second = layout->centres[1].x - 30;
            EXPECT_NEAR(layout->curves[0].tip.x, left_of_second, 1);
            EXPECT_LT(layout->curves[1].tip.x, left_of_second);
        }

        TEST(GraphLayout, PutsTheTipOfALineThatPointsBackAtItsStart)
        {
            const auto layout = lay_out({{60, 28}, {60, 28}}, {{0, 1, true, true}}, gap_px);
            ASSERT_TRUE(layout);
            EXPECT_NEAR(layout->curves[0].tip.x, layout->centres[0].x + 30, 1);
        }

        TEST(GraphLayout, IsTheSameEachTime)
        {
            const auto once = lay_out({{60, 28}, {60, 40}, {60, 28}}, {{0, 1}, {0, 2}, {2, 0, false}}, gap_px);
            const auto again = lay_out({{60, 28}, {60, 40}, {60, 28}}, {{0, 1}, {0, 2}, {2, 0, false}}, gap_px);
            ASSERT_TRUE(once && again);
            EXPECT_EQ(once->centres[2].y, again->centres[2].y);
            EXPECT_EQ(once->height_px, again->height_px);
        }
    }
}
