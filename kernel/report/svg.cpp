// Whole pixels, so that edges are sharp; mid-tones, so that no theme needs detecting; no text, since text in an image
// takes no theme colour.
#include "report/svg.hpp"

#include <fmt/format.h>

#include "report/bar.hpp"
#include "report/characters.hpp"

namespace xmemory::report
{
    namespace
    {
        const char* fill_of(Shade shade)
        {
            switch (shade)
            {
            case Shade::python_small:
                return "#0072B2";
            case Shade::python_large:
                return "#CC79A7";
            case Shade::native:
                return "#D55E00";
            case Shade::free:
                break;
            }
            return nullptr;
        }

        std::string rectangle(const Stretch& stretch, int height_px)
        {
            const int width_px = stretch.to - stretch.from;
            if (const char* fill = fill_of(stretch.shade))
                return fmt::format(R"(<rect x="{}" y="0" width="{}" height="{}" fill="{}"/>)", stretch.from, width_px,
                                   height_px, fill);
            if (width_px < 3) // an outline has no inside there
                return fmt::format(R"(<rect x="{}" y="0" width="{}" height="{}" fill="#808080"/>)", stretch.from, width_px,
                                   height_px);
            return fmt::format(R"(<rect x="{}.5" y="0.5" width="{}" height="{}" fill="none" stroke="#808080"/>)",
                               stretch.from, width_px - 1, height_px - 1);
        }

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
    }

    std::string bar_svg(const Bar& bar, std::int64_t full_bytes, int width_px, int height_px)
    {
        std::string svg = fmt::format(
            R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" preserveAspectRatio="none">)",
            width_px, height_px);
        for (const Stretch& stretch : stretches(bar, full_bytes, width_px))
            svg += rectangle(stretch, height_px);
        return svg + "</svg>";
    }

    std::string bar_image(const Bar& bar, std::int64_t full_bytes, int width_px, int height_px,
                          const std::string& alternative_text)
    {
        // Front ends style images for photographs: as a block, with a margin, on a light ground, shrunk in both directions.
        return fmt::format(
            R"(<img alt="{0}" width="{1}" height="{2}" style="display:inline;margin:0;background:none;vertical-align:middle;height:{2}px" )"
            R"(src="data:image/svg+xml;base64,{3}">)",
            escape_html(alternative_text), width_px, height_px, base64(bar_svg(bar, full_bytes, width_px, height_px)));
    }
}
