#include "report/palette.hpp"

#include <fmt/format.h>

namespace xmemory::report
{
    namespace
    {
        constexpr int shapes = 6;

        // As a path of whole pixels; a circle has none. Triangles and diamonds reach further, to look as large as a square.
        std::string path_of(int shape, int x, int y, int r)
        {
            switch (shape)
            {
            case 1:
                return fmt::format("M{} {}h{}v{}h-{}z", x - r, y - r, 2 * r, 2 * r, 2 * r);
            case 2:
                return fmt::format("M{} {}l{} {}h-{}z", x, y - r - 1, r + 1, 2 * r + 1, 2 * r + 2);
            case 3:
                return fmt::format("M{0} {1}l{2} {2}l-{2} {2}l-{2}-{2}z", x, y - r - 1, r + 1);
            case 4:
                return fmt::format("M{} {}l-{} -{}h{}z", x, y + r + 1, r + 1, 2 * r + 1, 2 * r + 2);
            case 5:
            {
                const int half = r / 2;
                return fmt::format("M{0} {1}h{2}v{3}h{3}v{2}h-{3}v{3}h-{2}v-{3}h-{3}v-{2}h{3}z", x - half, y - r - 1,
                                   2 * half, r + 1 - half);
            }
            }
            return {};
        }
    }

    const char* fill_of(Shade shade)
    {
        switch (shade)
        {
        case Shade::python_small:
            return small_objects_colour;
        case Shade::python_large:
            return "#CC79A7";
        case Shade::native:
            return "#D55E00";
        case Shade::free:
            break;
        }
        return nullptr;
    }

    const char* colour_of_kind(int kind) { return kind_colours[static_cast<std::size_t>(kind) % kind_colours.size()]; }

    std::string marker_svg(int kind, int centre_x, int centre_y, int radius)
    {
        const int shape = (kind + kind / static_cast<int>(kind_colours.size())) % shapes;
        if (shape == 0)
            return fmt::format(R"(<circle cx="{}" cy="{}" r="{}" fill="{}"/>)", centre_x, centre_y, radius,
                               colour_of_kind(kind));
        return fmt::format(R"(<path d="{}" fill="{}"/>)", path_of(shape, centre_x, centre_y, radius), colour_of_kind(kind));
    }

    SvgPicture marker_picture(int kind)
    {
        constexpr int size_px = 12;
        return svg_picture(size_px, size_px, marker_svg(kind, size_px / 2, size_px / 2, 4));
    }
}
