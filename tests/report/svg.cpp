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

        TEST(SvgImage, HoldsThePicture)
        {
            // Three lengths, so that each kind of base64 padding occurs.
            for (const int width : {1, 10, 100})
            {
                const SvgPicture picture = svg_picture(width, 10, "<g/>");
                const auto image = svg_image(picture, "", Fit::inline_fixed);
                const std::string start = "base64,";
                const std::size_t at = image.find(start) + start.size();
                EXPECT_EQ(from_base64(image.substr(at, image.find('"', at) - at)), picture.svg);
            }
        }

        TEST(SvgImage, HasTheSizeOfThePicture)
        {
            const auto image = svg_image(svg_picture(30, 20, ""), "", Fit::block_fixed);
            EXPECT_TRUE(contains(image, R"(width="30" height="20")")) << image;
            EXPECT_TRUE(contains(image, "height:20px")) << image;
        }

        TEST(SvgImage, ShrinksOnlyWhereNoLabelsStandAtItsPixels)
        {
            const SvgPicture picture = svg_picture(10, 10, "");
            EXPECT_FALSE(contains(svg_image(picture, "", Fit::inline_shrinking), "max-width:none"));
            EXPECT_TRUE(contains(svg_image(picture, "", Fit::inline_fixed), "max-width:none"));
            EXPECT_TRUE(contains(svg_image(picture, "", Fit::block_fixed), "display:block;max-width:none"));
        }

        TEST(SvgImage, CannotBeBrokenOutOfByItsAlternativeText)
        {
            const auto image = svg_image(svg_picture(10, 10, ""), R"("><script>)", Fit::inline_fixed);
            EXPECT_TRUE(contains(image, R"(alt="&quot;&gt;&lt;script&gt;")")) << image;
        }
    }
}
