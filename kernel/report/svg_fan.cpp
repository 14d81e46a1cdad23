#include <algorithm>

#include <fmt/format.h>

#include "report/palette.hpp"
#include "report/svg.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int radius_px = 5;
        constexpr int object_px = radius_px + 2; // its centre
        constexpr int straight_from_px = 40;     // behind the bend
        constexpr int dot_px = 14;
    }

    SvgPicture fan_svg(const Fan& fan)
    {
        const int rows = static_cast<int>(fan.rows.size());
        const int height_px = std::max(rows, 1) * fan_row_px;
        int most_dots = 0;
        for (const Fan::Row& row : fan.rows)
            most_dots = std::max(most_dots, std::min(row.between, most_fan_dots));
        const int end_px = straight_from_px + (most_dots + 1) * dot_px;
        std::string lines, marks;
        for (int index = 0; index < rows; ++index)
        {
            const Fan::Row& row = fan.rows[static_cast<std::size_t>(index)];
            const int y = index * fan_row_px + fan_row_px / 2;
            lines += fmt::format("M{0} {1}C{2} {1} {0} {3} {4} {3}H{5}", object_px, height_px / 2, straight_from_px - 10, y,
                                 straight_from_px, end_px);
            for (int dot = 0; dot < std::min(row.between, most_fan_dots); ++dot)
                marks += fmt::format(R"(<circle cx="{}" cy="{}" r="3" fill="{}"/>)", straight_from_px + dot * dot_px, y, outline_colour);
            marks += marker_svg(row.kind, end_px, y, radius_px - 1);
        }
        return svg_picture(end_px + radius_px + 2, height_px,
                           fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="1.5"/>)", lines, outline_colour) + marks +
                               fmt::format(R"(<circle cx="{}" cy="{}" r="{}" fill="{}"/>)", object_px, height_px / 2, radius_px,
                                           small_objects_colour));
    }
}
