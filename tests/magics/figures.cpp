// Tests of magics/figures.cpp.
#include "magics/figures.hpp"

#include <gtest/gtest.h>

namespace xmemory::magics
{
    namespace
    {
        core::SpanFigures span()
        {
            core::SpanFigures span;
            // {bytes, blocks, slack}: made, freed of its own, freed of earlier cells; and the peak
            span.origins[0] = {{1000, 10, 50}, {400, 4, 20}, {70, 2, 1}, 900};
            span.origins[1] = {{20'000, 2, 7}, {0, 0, 0}, {5000, 1, 3}, 20'000};
            span.origins[2] = {{300'000, 3, 96}, {300'000, 3, 96}, {0, 0, 0}, 200'000};
            span.peak_bytes = 210'000;
            span.freed_earlier_by_cell = {{4, 5000}, {0, 70}};
            return span;
        }

        TEST(Figures, SumUpTheOrigins)
        {
            const report::Figures figures = to_figures(span());
            EXPECT_EQ(figures.allocated_bytes, 321'000);
            EXPECT_EQ(figures.allocated_blocks, 15);
            EXPECT_EQ(figures.freed_own_bytes, 300'400);
            EXPECT_EQ(figures.freed_earlier_bytes, 5070);
            EXPECT_EQ(figures.freed_blocks, 10);
            EXPECT_EQ(figures.kept_bytes, 20'600);
            EXPECT_EQ(figures.set_aside_kept_bytes, 20'600 + 30 + 7);
            EXPECT_EQ(figures.peak_bytes, 210'000) << "of the sum, not the sum of the origins' peaks";
            EXPECT_EQ(figures.freed_earlier_by_cell, (std::map<int, std::int64_t>{{4, 5000}, {0, 70}}));
        }

        TEST(Figures, KeepTheIdentitiesOfTheRecord)
        {
            const report::Figures figures = to_figures(span());
            EXPECT_EQ(figures.kept_bytes, figures.allocated_bytes - figures.freed_own_bytes);
            EXPECT_EQ(figures.net_bytes, figures.kept_bytes - figures.freed_earlier_bytes);
            EXPECT_EQ(figures.net_bytes, figures.allocated_bytes - figures.freed_own_bytes - figures.freed_earlier_bytes);
            std::int64_t allocated = 0, kept = 0, net = 0, blocks = 0;
            for (const report::OriginFigures& origin : figures.origins)
            {
                allocated += origin.allocated_bytes;
                blocks += origin.allocated_blocks;
                kept += origin.kept_bytes;
                net += origin.net_bytes;
            }
            EXPECT_EQ(allocated, figures.allocated_bytes);
            EXPECT_EQ(blocks, figures.allocated_blocks);
            EXPECT_EQ(kept, figures.kept_bytes);
            EXPECT_EQ(net, figures.net_bytes);
        }

        TEST(Figures, KeepEachOriginInItsPlace)
        {
            const report::Figures figures = to_figures(span());
            EXPECT_EQ(figures.origins[0].kept_bytes, 600);
            EXPECT_EQ(figures.origins[0].net_bytes, 530);
            EXPECT_EQ(figures.origins[0].peak_bytes, 900);
            EXPECT_EQ(figures.origins[1].net_bytes, 15'000);
            EXPECT_EQ(figures.origins[2].allocated_blocks, 3);
            EXPECT_EQ(figures.origins[2].kept_bytes, 0);
        }

        TEST(Figures, OfNothingAreZero)
        {
            const report::Figures figures = to_figures(core::SpanFigures{});
            EXPECT_EQ(figures.allocated_blocks + figures.freed_blocks, 0);
            EXPECT_EQ(figures.net_bytes, 0);
            EXPECT_TRUE(figures.freed_earlier_by_cell.empty());
        }
    }
}
