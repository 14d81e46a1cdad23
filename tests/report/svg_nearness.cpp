// Tests of kernel/report/svg_nearness.cpp.
#include "report/svg.hpp"

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

        TEST(NearnessSvg, MarksRightInTheMiddle)
        {
            const SvgPicture picture = nearness_svg(1);
            EXPECT_EQ(picture.width_px, 257);
            EXPECT_TRUE(contains(picture.svg, R"(<circle cx="128.5" cy="9.5" r="5" fill="#0072B2"/>)")) << picture.svg;
        }

        TEST(NearnessSvg, MarksTenTimesOnATick)
        {
            EXPECT_TRUE(contains(nearness_svg(10).svg, R"(cx="168.5")"));
            EXPECT_TRUE(contains(nearness_svg(10).svg, "M168.5 6v7"));
            EXPECT_TRUE(contains(nearness_svg(0.001).svg, R"(cx="8.5")"));
        }

        TEST(NearnessSvg, PointsFurtherWhereTheLineEnds)
        {
            EXPECT_TRUE(contains(nearness_svg(1e6).svg, R"(<path d="M255 9.5l-12 -6v12z")")) << nearness_svg(1e6).svg;
            EXPECT_TRUE(contains(nearness_svg(1e-6).svg, R"(<path d="M1 9.5l12 -6v12z")"));
            EXPECT_FALSE(contains(nearness_svg(1e6).svg, "<circle"));
        }
    }
}
