#include "report/svg.hpp"

#include <fmt/format.h>

#include "report/characters.hpp"

namespace xmemory::report
{
    namespace
    {
        std::string base64(const std::string& bytes)
        {
            constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            std::string result;
            for (std::size_t at = 0; at < bytes.size(); at += 3)
            {
                const auto byte = [&](std::size_t i)
                { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u; };
                const unsigned group = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
                result += digits[group >> 18];
                result += digits[group >> 12 & 63];
                result += at + 1 < bytes.size() ? digits[group >> 6 & 63] : '=';
                result += at + 2 < bytes.size() ? digits[group & 63] : '=';
            }
            return result;
        }

        // Front ends style images for photographs: as a block, with a margin, on a light ground, shrunk in both directions.
        const char* style_of(Fit fit)
        {
            switch (fit)
            {
            case Fit::inline_shrinking:
                return "display:inline;vertical-align:middle";
            case Fit::inline_fixed:
                return "display:inline;vertical-align:middle;max-width:none";
            case Fit::block_fixed:
                return "display:block;max-width:none";
            }
            return "";
        }
    }

    SvgPicture svg_picture(int width_px, int height_px, const std::string& elements)
    {
        return {
            fmt::format(
                R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" preserveAspectRatio="none">{2}</svg>)",
                width_px, height_px, elements),
            width_px, height_px};
    }

    std::string svg_image(const SvgPicture& picture, const std::string& alternative_text, Fit fit)
    {
        return fmt::format(R"(<img alt="{0}" width="{1}" height="{2}" style="{3};margin:0;background:none;height:{2}px" )"
                           R"(src="data:image/svg+xml;base64,{4}">)",
                           escape_html(alternative_text), picture.width_px, picture.height_px, style_of(fit),
                           base64(picture.svg));
    }
}
