// Tests of magics/growth.cpp: growth is told from bytes, and only where they show it.
#include "magics/growth.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace xmemory::magics
{
    namespace
    {
        using Points = std::vector<report::Chart::Point>;

        template <typename Bytes>
        Points points(Bytes bytes, std::int64_t from = 1'000, int count = 4)
        {
            Points points;
            for (std::int64_t n = from; static_cast<int>(points.size()) < count; n *= 10)
            {
                points.push_back({n, static_cast<std::int64_t>(bytes(static_cast<double>(n)))});
            }
            return points;
        }

        std::string words(const Points& points) { return growth_words(growth_of(points), "n"); }

        TEST(Growth, None)
        {
            EXPECT_EQ(words(points([](double) { return 488; })), "**does not grow** (488\u00a0B)");
            EXPECT_EQ(words(Points{{1'000, 480}, {10'000, 488}, {100'000, 496}}), "**does not grow** (480 to 496\u00a0B)");
            EXPECT_EQ(words(Points{{10, 0}, {100, 0}}), "**does not grow** (0\u00a0B)");
        }

        TEST(Growth, FewBytesForFewAreGrowth)
        {
            EXPECT_EQ(growth_of(points([](double n) { return 56 + 8 * n; }, 1, 3)).kind, GrowthKind::proportional);
            EXPECT_NE(growth_of(Points{{10, 56}, {100, 200}}).kind, GrowthKind::none);
        }

        TEST(Growth, InProportion)
        {
            EXPECT_EQ(words(points([](double n) { return 56 + 40 * n; })),
                      "grows **in proportion to n**, 40.0\u00a0B for each");
            EXPECT_EQ(words(points([](double n) { return 5'000 * n; })),
                      "grows **in proportion to n**, 5.00\u00a0kB for each");
            // A list with room to spare, as [k * k for k in range(n)] needs it.
            EXPECT_EQ(
                growth_of(Points{{1'000, 40'648}, {10'000, 405'096}, {100'000, 4'000'616}, {1'000'000, 40'448'360}}).kind,
                GrowthKind::proportional);
        }

        TEST(Growth, SteadyOnTopOfMuch)
        {
            EXPECT_EQ(words(points([](double n) { return 50'000'000 + 8 * n; })),
                      "grows **steadily with n**, 8.0\u00a0B for each");
        }

        TEST(Growth, FasterAndSlower)
        {
            EXPECT_EQ(words(points([](double n) { return n * n; }, 10)), "grows **faster than n**");
            EXPECT_EQ(words(points([](double n) { return std::pow(n, 1.5); })), "grows **faster than n**");
            EXPECT_EQ(words(points([](double n) { return 5'000 * std::sqrt(n); })), "grows **more slowly than n**");
            EXPECT_EQ(words(points([](double n) { return 8 * std::min(n, 20'000.0); })), "grows **more slowly than n**");
        }

        TEST(Growth, TablesThatGrowInStepsAreNotGivenARule)
        {
            // Sets of 1,000 to 1,000,000 numbers.
            EXPECT_EQ(words(Points{{1'000, 32'984}, {10'000, 524'504}, {100'000, 4'194'520}, {1'000'000, 33'554'648}}),
                      "grows **1,017-fold** while n grows 1,000-fold");
        }

        TEST(Growth, TwoPointsShowNoRule)
        {
            EXPECT_EQ(words(Points{{10, 500}, {100, 4'000}}), "grows **8-fold** while n grows 10-fold");
        }

        TEST(Growth, WhatShrinksIsSaid)
        {
            EXPECT_EQ(words(Points{{10, 40'000}, {100, 4'000}, {1'000, 4'000}}),
                      "goes from **40.0\u00a0kB** to **4.00\u00a0kB**, without a rule that these sizes show");
            EXPECT_EQ(words(Points{{10, 0}, {100, 4'000}}),
                      "goes from **0\u00a0B** to **4.00\u00a0kB**, without a rule that these sizes show");
        }
    }
}
