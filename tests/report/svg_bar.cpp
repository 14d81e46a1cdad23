// Tests of kernel/report/svg_bar.cpp.
#include "report/svg.hpp"

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

        TEST(BarSvg, DrawsSegmentsOneAfterTheOtherInTheirColours)
        {
            const auto svg =
                bar_svg({{Shade::python_small, 10}, {Shade::python_large, 20}, {Shade::native, 30}}, 60, 120, 10).svg;
            EXPECT_TRUE(contains(svg, R"(<rect x="0" y="0" width="20" height="10" fill="#0072B2"/>)")) << svg;
            EXPECT_TRUE(contains(svg, R"(<rect x="20" y="0" width="40" height="10" fill="#CC79A7"/>)")) << svg;
            EXPECT_TRUE(contains(svg, R"(<rect x="60" y="0" width="60" height="10" fill="#D55E00"/>)")) << svg;
        }

        TEST(BarSvg, DrawsWhatIsFreeAsAnOutline)
        {
            const auto svg = bar_svg({{Shade::free, 10}}, 10, 100, 10).svg;
            EXPECT_TRUE(contains(svg, R"(<rect x="0.5" y="0.5" width="99" height="9" fill="none" stroke="#808080"/>)"))
                << svg;
        }

        TEST(BarSvg, ShowsALittleAsOnePixel)
        {
            EXPECT_TRUE(contains(bar_svg({{Shade::native, 496}}, 40'400'000, 300, 10).svg,
                                 R"(width="1" height="10" fill="#D55E00")"));
        }

        TEST(BarSvg, OfNothingHasNoRectangle) { EXPECT_FALSE(contains(bar_svg({}, 100, 300, 10).svg, "<rect")); }
    }
}
