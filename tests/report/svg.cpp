// Tests of kernel/report/svg.cpp.
#include "report/svg.hpp"

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

        // An independent way back, to see what an image really holds.
        std::string from_base64(const std::string& text)
        {
            const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            std::string bytes;
            unsigned group = 0;
            int bits = 0;
            for (const char digit : text.substr(0, text.find('=')))
            {
                group = group << 6 | static_cast<unsigned>(digits.find(digit));
                bits += 6;
                if (bits >= 8)
                    bytes += static_cast<char>(group >> (bits -= 8) & 0xFF);
            }
            return bytes;
        }

        TEST(BarSvg, DrawsSegmentsOneAfterTheOtherInTheirColours)
        {
            const auto svg =
                bar_svg({{Shade::python_small, 10}, {Shade::python_large, 20}, {Shade::native, 30}}, 60, 120, 10);
            EXPECT_TRUE(contains(svg, R"(<rect x="0" y="0" width="20" height="10" fill="#0072B2"/>)")) << svg;
            EXPECT_TRUE(contains(svg, R"(<rect x="20" y="0" width="40" height="10" fill="#CC79A7"/>)")) << svg;
            EXPECT_TRUE(contains(svg, R"(<rect x="60" y="0" width="60" height="10" fill="#D55E00"/>)")) << svg;
        }

        TEST(BarSvg, DrawsWhatIsFreeAsAnOutline)
        {
            const auto svg = bar_svg({{Shade::free, 10}}, 10, 100, 10);
            EXPECT_TRUE(contains(svg, R"(<rect x="0.5" y="0.5" width="99" height="9" fill="none" stroke="#808080"/>)"))
                << svg;
        }

        TEST(BarSvg, ShowsALittleAsOnePixel)
        {
            EXPECT_TRUE(
                contains(bar_svg({{Shade::native, 496}}, 40'400'000, 300, 10), R"(width="1" height="10" fill="#D55E00")"));
        }

        TEST(BarSvg, OfNothingHasNoRectangle) { EXPECT_FALSE(contains(bar_svg({}, 100, 300, 10), "<rect")); }

        TEST(BarImage, HoldsTheSameSvg)
        {
            // Three lengths, so that each kind of base64 padding occurs.
            for (const int width : {1, 10, 100})
            {
                const Bar bar = {{Shade::native, 1}};
                const auto image = bar_image(bar, 1, width, 10, "");
                const std::string start = "base64,";
                const std::size_t at = image.find(start) + start.size();
                EXPECT_EQ(from_base64(image.substr(at, image.find('"', at) - at)), bar_svg(bar, 1, width, 10));
            }
        }

        TEST(BarImage, CannotBeBrokenOutOfByItsAlternativeText)
        {
            const auto image = bar_image({{Shade::native, 1}}, 1, 10, 10, R"("><script>)");
            EXPECT_TRUE(contains(image, R"(alt="&quot;&gt;&lt;script&gt;")")) << image;
        }
    }
}
