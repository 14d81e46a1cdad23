#include <cmath>

#include <fmt/format.h>

#include "report/nearness.hpp"
#include "report/palette.hpp"
#include "report/svg.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int margin_px = 8;
        constexpr int height_px = 18;
        constexpr int middle_px = height_px / 2;
        constexpr int mark_radius_px = 5;

        std::string tick(int x, int half_height_px)
        {
            return fmt::format("M{}.5 {}v{}", x, middle_px - half_height_px, 2 * half_height_px + 1);
        }
    }

    SvgPicture nearness_svg(double ratio)
    {
        constexpr int line_px = 2 * nearness_decades * nearness_decade_px;
        std::string lines = fmt::format("M{} {}.5h{}", margin_px, middle_px, line_px + 1);
        for (int decade = -nearness_decades; decade <= nearness_decades; ++decade)
            lines += tick(margin_px + (decade + nearness_decades) * nearness_decade_px, decade == 0 ? middle_px : 3);

        const int mark_x =
            margin_px + static_cast<int>(std::lround((nearness_place(ratio) + nearness_decades) * nearness_decade_px));
        std::string mark = fmt::format(R"(<circle cx="{}.5" cy="{}.5" r="{}" fill="{}"/>)", mark_x, middle_px,
                                       mark_radius_px, small_objects_colour);
        if (is_beyond_line(ratio)) // it points further
        {
            const int sign = nearness_place(ratio) < 0 ? -1 : 1;
            mark = fmt::format(R"(<path d="M{} {}.5l{} -6v12z" fill="{}"/>)", mark_x + sign * (margin_px - 1), middle_px,
                               -sign * 12, small_objects_colour);
        }
        return svg_picture(line_px + 1 + 2 * margin_px, height_px,
                           fmt::format(R"(<path d="{}" fill="none" stroke="{}"/>)", lines, outline_colour) + mark);
    }
}
