// Tests of kernel/report/ring.cpp.
#include "report/ring.hpp"

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        TEST(DrawnRing, GivesTheSameKindToTheSameName)
        {
            const auto drawn = drawn_ring({{"Node", "list", "Node", "dict"}, 0, ""});
            ASSERT_EQ(drawn.nodes.size(), 4u);
            EXPECT_EQ(drawn.nodes[0].kind, 0);
            EXPECT_EQ(drawn.nodes[1].kind, 1);
            EXPECT_EQ(drawn.nodes[2].kind, 0);
            EXPECT_EQ(drawn.nodes[3].kind, 2);
            EXPECT_EQ(drawn.more, 0);
        }

        TEST(DrawnRing, CountsThoseThatItDoesNotShow)
        {
            const auto drawn = drawn_ring({std::vector<std::string>(20, "Node"), 100, ""});
            EXPECT_EQ(drawn.nodes.size(), 8u);
            EXPECT_EQ(drawn.more, 112);
        }

        TEST(RingWords, SayWhoHoldsWhomAndHowItCloses)
        {
            EXPECT_EQ(ring_words({{"Node", "list"}, 0, "caption"}, "Node ↩"), "Node → list → Node ↩");
            EXPECT_EQ(ring_words({{"Node"}, 1'200, ""}, "(back)"), "Node → 1,200 more → (back)");
        }

        TEST(RingWords, OfNothingAreNone) { EXPECT_EQ(ring_words({{}, 3, "caption"}, "(back)"), ""); }
    }
}
