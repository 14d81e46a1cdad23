// Tests of kernel/report/squares.cpp.
#include "report/squares.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        TEST(SquareLevel, IsEmptyOnlyWhereNothingIsAndFullOnlyWhereAllIs)
        {
            EXPECT_EQ(square_level(0), 0);
            EXPECT_EQ(square_level(1e-9), 1);
            EXPECT_EQ(square_level(1 - 1e-9), 7);
            EXPECT_EQ(square_level(1), 8);
        }

        TEST(SquareLevel, IsTheNearestEighth)
        {
            EXPECT_EQ(square_level(0.5), 4);
            EXPECT_EQ(square_level(0.56), 4);
            EXPECT_EQ(square_level(0.57), 5);
        }

        TEST(SquareLevel, TakesSharesThatAreNone)
        {
            EXPECT_EQ(square_level(-1), 0);
            EXPECT_EQ(square_level(2), 8);
            EXPECT_EQ(square_level(std::numeric_limits<double>::quiet_NaN()), 0);
        }

        TEST(SquareLevels, OfARowAreNoMoreThanItShows)
        {
            Squares::Row row;
            row.remark = "61 %";
            row.filled.assign(256, 0.5);
            EXPECT_EQ(square_levels(row).size(), 256u);
            EXPECT_EQ(squares_remark(row), "61 %");
            row.filled.assign(1'500, 0.5);
            EXPECT_EQ(square_levels(row).size(), 256u);
            EXPECT_EQ(squares_remark(row), "61 %, 1,244 more squares");
            row.remark.clear();
            EXPECT_EQ(squares_remark(row), "1,244 more squares");
        }
    }
}
