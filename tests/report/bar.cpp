// Tests of kernel/report/bar.cpp.
#include "report/bar.hpp"

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        int drawn_units(const std::vector<Stretch>& all)
        {
            int units = 0;
            for (const Stretch& one : all)
                units += one.to - one.from;
            return units;
        }

        TEST(Stretches, AreInProportion)
        {
            const auto all = stretches({{Shade::python_small, 25}, {Shade::native, 50}}, 100, 200);
            ASSERT_EQ(all.size(), 2u);
            EXPECT_EQ(all[0].from, 0);
            EXPECT_EQ(all[0].to, 50);
            EXPECT_EQ(all[1].from, 50);
            EXPECT_EQ(all[1].to, 150);
        }

        TEST(Stretches, OfABarThatIsNotEmptyTakeAtLeastOneUnit)
        {
            const auto all = stretches({{Shade::python_small, 1}, {Shade::native, 2}}, 1'000'000'000, 300);
            ASSERT_EQ(all.size(), 1u);
            EXPECT_EQ(all[0].shade, Shade::native);
            EXPECT_EQ(all[0].to, 1);
        }

        TEST(Stretches, OfNothingAreNothing)
        {
            EXPECT_TRUE(stretches({}, 100, 300).empty());
            EXPECT_TRUE(stretches({{Shade::native, 0}}, 100, 300).empty());
            EXPECT_TRUE(stretches({{Shade::native, 10}}, 0, 300).empty());
        }

        TEST(Stretches, AddUpToTheWholeDespiteRounding)
        {
            const auto all = stretches({{Shade::python_small, 1}, {Shade::python_large, 1}, {Shade::native, 1}}, 3, 100);
            EXPECT_EQ(drawn_units(all), 100);
            EXPECT_EQ(all.back().to, 100);
        }

        TEST(Stretches, ShowASmallSegmentBesideALargeOneWithoutGrowing)
        {
            const auto all = stretches({{Shade::python_small, 1}, {Shade::free, 999'999}}, 1'000'000, 100);
            ASSERT_EQ(all.size(), 2u);
            EXPECT_EQ(all[0].shade, Shade::python_small);
            EXPECT_EQ(all[0].to, 1);
            EXPECT_EQ(drawn_units(all), 100);
        }

        TEST(Stretches, NeverGoPastTheFullWidth) { EXPECT_EQ(drawn_units(stretches({{Shade::native, 500}}, 100, 40)), 40); }

        TEST(WidestBytes, IsTheScaleOfAllRows)
        {
            Table table;
            table.columns = {{"", Align::bar}};
            table.rows = {{Entry({{Shade::python_small, 10}, {Shade::native, 20}}, "")}, {Entry({{Shade::native, 25}}, "")}};
            EXPECT_EQ(widest_bytes(table), 30);
        }

        TEST(ShadeBytes, AddsUpAllSegmentsOfAShade)
        {
            const Bar bar = {{Shade::native, 10}, {Shade::free, 5}, {Shade::native, 1}};
            EXPECT_EQ(shade_bytes(bar, Shade::native), 11);
            EXPECT_EQ(total_bytes(bar), 16);
        }

        TEST(TotalBytes, StopAtTheLargestNumber)
        {
            const Bar bar = {{Shade::native, INT64_MAX - 1}, {Shade::native, 2}, {Shade::native, -5}};
            EXPECT_EQ(total_bytes(bar), INT64_MAX);
            EXPECT_EQ(shade_bytes(bar, Shade::native), INT64_MAX);
            EXPECT_EQ(drawn_units(stretches(bar, total_bytes(bar), 40)), 40);
        }
    }
}
