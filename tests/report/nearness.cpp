// Tests of kernel/report/nearness.cpp.
#include "report/nearness.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        TEST(NearnessPlace, IsOneForEachTenTimes)
        {
            EXPECT_DOUBLE_EQ(nearness_place(1), 0);
            EXPECT_DOUBLE_EQ(nearness_place(10), 1);
            EXPECT_DOUBLE_EQ(nearness_place(0.01), -2);
        }

        TEST(NearnessPlace, EndsAtAThousand)
        {
            EXPECT_DOUBLE_EQ(nearness_place(1000), 3);
            EXPECT_FALSE(is_beyond_line(1000));
            EXPECT_FALSE(is_beyond_line(0.001));
            EXPECT_DOUBLE_EQ(nearness_place(1e9), 3);
            EXPECT_TRUE(is_beyond_line(1e9));
            EXPECT_DOUBLE_EQ(nearness_place(1e-9), -3);
            EXPECT_TRUE(is_beyond_line(1e-9));
        }

        TEST(NearnessPlace, TakesWhatIsNoRatio)
        {
            for (const double ratio : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()})
            {
                EXPECT_DOUBLE_EQ(nearness_place(ratio), -3);
                EXPECT_TRUE(is_beyond_line(ratio));
            }
            EXPECT_DOUBLE_EQ(nearness_place(std::numeric_limits<double>::infinity()), 3);
        }
    }
}
