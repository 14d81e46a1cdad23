// Tests of kernel/report/chart.cpp.
#include "report/chart.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        TEST(AxisOf, ReachesFromThePowerOfTenBelowToTheOneAbove)
        {
            const Axis axis = axis_of({40'056, 404'056, 40'400'000});
            EXPECT_EQ(axis.lowest_power, 4);
            EXPECT_EQ(axis.steps, 4);
            EXPECT_FALSE(axis.has_floor);
        }

        TEST(AxisOf, EndsAtPowersOfTenThatAreValues)
        {
            const Axis axis = axis_of({1'000, 1'000'000});
            EXPECT_EQ(axis.lowest_power, 3);
            EXPECT_EQ(axis.steps, 3);
            EXPECT_DOUBLE_EQ(axis.place(1'000), 0);
            EXPECT_DOUBLE_EQ(axis.place(1'000'000), 3);
        }

        TEST(AxisOf, EqualValuesHasAStep)
        {
            EXPECT_EQ(axis_of({496, 496}).lowest_power, 2);
            EXPECT_EQ(axis_of({496, 496}).steps, 1);
            EXPECT_EQ(axis_of({1'000}).lowest_power, 3);
            EXPECT_EQ(axis_of({1'000}).steps, 1);
        }

        TEST(AxisOf, NothingStillHasAStep)
        {
            EXPECT_EQ(axis_of({}).steps, 1);
            EXPECT_FALSE(axis_of({}).has_floor);
        }

        TEST(AxisOf, PutsZeroOnAFloorOneStepBelow)
        {
            const Axis axis = axis_of({0, 500, 20'000});
            EXPECT_TRUE(axis.has_floor);
            EXPECT_EQ(axis.steps, 4);
            EXPECT_DOUBLE_EQ(axis.place(0), 0);
            EXPECT_DOUBLE_EQ(axis.place(100), 1);
            EXPECT_DOUBLE_EQ(axis.place(10'000), 3);
            EXPECT_EQ(axis.power_at(0), -1);
            EXPECT_EQ(axis.power_at(1), 2);
        }

        TEST(AxisOf, OnlyZerosHasAFloorAndAStep)
        {
            const Axis axis = axis_of({0, 0});
            EXPECT_TRUE(axis.has_floor);
            EXPECT_EQ(axis.steps, 1);
            EXPECT_DOUBLE_EQ(axis.place(0), 0);
        }

        TEST(AxisOf, HoldsOneByteToATerabyteAndTheGreatestNumber)
        {
            EXPECT_EQ(axis_of({1, 1'000'000'000'000}).steps, 12);
            const Axis axis = axis_of({1, std::numeric_limits<std::int64_t>::max()});
            EXPECT_EQ(axis.steps, 19);
            EXPECT_LE(axis.place(std::numeric_limits<std::int64_t>::max()), 19);
        }

        TEST(AxesOf, TakeAllSeries)
        {
            Chart chart;
            chart.series = {{"a", {{10, 0}}}, {"b", {{10'000, 70}}}};
            EXPECT_EQ(x_axis_of(chart).steps, 3);
            EXPECT_TRUE(y_axis_of(chart).has_floor);
            EXPECT_EQ(y_axis_of(chart).steps, 2);
        }

        TEST(WordsOfPower, AreThoseThatPeopleRead)
        {
            EXPECT_EQ(count_of_power(-1), "0");
            EXPECT_EQ(count_of_power(0), "1");
            EXPECT_EQ(count_of_power(2), "100");
            EXPECT_EQ(count_of_power(4), "10,000");
            EXPECT_EQ(count_of_power(6), "1,000,000");
            EXPECT_EQ(bytes_of_power(-1), "0\u00a0B");
            EXPECT_EQ(bytes_of_power(0), "1\u00a0B");
            EXPECT_EQ(bytes_of_power(5), "100\u00a0kB");
            EXPECT_EQ(bytes_of_power(19), "10\u00a0EB");
        }

        TEST(HasPoints, IsFalseForSeriesWithoutAny)
        {
            Chart chart;
            EXPECT_FALSE(has_points(chart));
            chart.series = {{"a", {}}};
            EXPECT_FALSE(has_points(chart));
            chart.series.push_back({"b", {{1, 1}}});
            EXPECT_TRUE(has_points(chart));
        }
    }
}
