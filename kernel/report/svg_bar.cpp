#include <fmt/format.h>

#include "report/bar.hpp"
#include "report/palette.hpp"
#include "report/svg.hpp"

namespace xmemory::report
{
    namespace
    {
        std::string rectangle(const Stretch& stretch, int height_px)
        {
            const int width_px = stretch.to - stretch.from;
            if (const char* fill = fill_of(stretch.shade))
                return fmt::format(R"(<rect x="{}" y="0" width="{}" height="{}" fill="{}"/>)", stretch.from, width_px,
                                   height_px, fill);
            if (width_px < 3) // an outline has no inside there
                return fmt::format(R"(<rect x="{}" y="0" width="{}" height="{}" fill="{}"/>)", stretch.from, width_px,
                                   height_px, outline_colour);
            return fmt::format(R"(<rect x="{}.5" y="0.5" width="{}" height="{}" fill="none" stroke="{}"/>)", stretch.from,
                               width_px - 1, height_px - 1, outline_colour);
        }
    }

    SvgPicture bar_svg(const Bar& bar, std::int64_t full_bytes, int width_px, int height_px)
    {
        std::string rectangles;
        for (const Stretch& stretch : stretches(bar, full_bytes, width_px))
            rectangles += rectangle(stretch, height_px);
        return svg_picture(width_px, height_px, rectangles);
    }
}
