// Tests of kernel/report/svg_fan.cpp.
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

        TEST(FanSvg, DrawsAMarkerForEachWayAndADotForEachObjectBetween)
        {
            const SvgPicture picture = fan_svg({{{"y", 1, 2}, {"z", 0, 0}}, "x", "", ""});
            EXPECT_EQ(picture.height_px, 2 * fan_row_px);
            EXPECT_EQ(count_of(picture.svg, marker_svg(1, 82, 10, 4)), 1);
            EXPECT_EQ(count_of(picture.svg, marker_svg(0, 82, 30, 4)), 1);
            EXPECT_EQ(count_of(picture.svg, R"(r="3")"), 2);
        }

        TEST(FanSvg, StaysNarrowHoweverLongTheWay)
        {
            EXPECT_EQ(fan_svg({{{"y", 0, 1'000'000}}, "x", "", ""}).width_px, fan_svg({{{"y", 0, most_fan_dots}}, "x", "", ""}).width_px);
            EXPECT_EQ(fan_svg({{{"y", 0, 0}}, "", "", ""}).height_px, fan_row_px);
        }
    }
}
