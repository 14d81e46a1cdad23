// Tests of kernel/report/svg_ring.cpp.
#include "report/svg.hpp"

#include <gtest/gtest.h>

#include "report/palette.hpp"

namespace xmemory::report
{
    namespace
    {
        int count_of(const std::string& text, const std::string& part)
        {
            int found = 0;
            for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
                ++found;
            return found;
        }

        TEST(RingSvg, DrawsANodeAndAnArrowForEachObject)
        {
            const SvgPicture picture = ring_svg({{"Node", "list"}, 0, ""});
            EXPECT_EQ(picture.width_px, 64);
            EXPECT_EQ(picture.height_px, 64);
            EXPECT_EQ(count_of(picture.svg, marker_svg(0, 32, 8, 6)), 1);
            EXPECT_EQ(count_of(picture.svg, marker_svg(1, 32, 56, 6)), 1);
            EXPECT_EQ(count_of(picture.svg, "fill=\"#808080\""), 2) << "the heads of two arrows";
        }

        TEST(RingSvg, DrawsALoopForAnObjectThatHoldsItself)
        {
            const std::string svg = ring_svg({{"Frame"}, 0, ""}).svg;
            EXPECT_EQ(count_of(svg, marker_svg(0, 24, 8, 6)), 1);
            EXPECT_EQ(count_of(svg, "A16 16 0 1 1"), 1) << "the long way round: " << svg;
        }

        TEST(RingSvg, ShowsThatThereAreMoreByThreeDots)
        {
            EXPECT_EQ(count_of(ring_svg({{"Node"}, 5, ""}).svg, R"(r="1.5")"), 3);
            EXPECT_EQ(count_of(ring_svg({{"Node"}, 0, ""}).svg, R"(r="1.5")"), 0);
        }

        TEST(RingSvg, StaysSmallHoweverManyThereAre)
        {
            const SvgPicture picture = ring_svg({std::vector<std::string>(5'000, "Node"), 0, ""});
            EXPECT_EQ(picture.width_px, 96);
            EXPECT_EQ(count_of(picture.svg, R"(fill="#0072B2")"), 8);
        }
    }
}
