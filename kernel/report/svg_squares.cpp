// A saved notebook holds this picture for each look at the pools, so it is drawn in few bytes: the squares of a line are the
// dashes of one line of 8 px, the partly filled ones strokes of 8 px upwards. A heap of 32 arenas takes 20 kB at most.
#include <algorithm>

#include <fmt/format.h>

#include "report/palette.hpp"
#include "report/squares.hpp"
#include "report/svg.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int square_px = 8;
        constexpr int pitch_px = 9;
        constexpr std::size_t squares_a_line = 32;
        constexpr int least_row_px = 18; // a line of words
        constexpr int between_rows_px = 5;

        using Levels = std::vector<int>;

        int lines_of(std::size_t squares) { return static_cast<int>((squares + squares_a_line - 1) / squares_a_line); }

        int line_px(std::size_t squares) { return std::max(static_cast<int>(squares) * pitch_px - 1, 0); }

        int most_lines(const Squares& squares)
        {
            int lines = 1;
            for (const Squares::Row& row : squares.rows)
                lines = std::max(lines, lines_of(square_levels(row).size()));
            return lines;
        }

        // The paths of a picture, added to line by line.
        struct Paths
        {
            std::string tops;  // upper and lower edges of the outlines
            std::string sides; // left and right edges of the outlines
            std::string full;
            std::string partly;

            void add_line(const Levels& levels, int top_px)
            {
                const int width_px = line_px(levels.size());
                pen_px = 0;
                tops += fmt::format("M0 {}.5h{}m0 {}H0", top_px, width_px, square_px - 1);
                sides += fmt::format("M0 {}h{}", top_px + square_px / 2, width_px);
                for (std::size_t from = 0; from < levels.size();)
                {
                    const auto differs = [&](int level) { return level != levels[from]; };
                    const auto end = static_cast<std::size_t>(
                        std::find_if(levels.begin() + static_cast<std::ptrdiff_t>(from), levels.end(), differs) -
                        levels.begin());
                    add_run(levels[from], from, end, top_px);
                    from = end;
                }
            }

        private:
            int pen_px = 0;    // where the last stroke of this line stood; 0 before the first
            int pen_level = 0; // and how high it went

            void add_run(int level, std::size_t from, std::size_t end, int top_px)
            {
                const int left_px = static_cast<int>(from) * pitch_px;
                if (level == full_level)
                    full += fmt::format("M{} {}h{}", left_px, top_px + square_px / 2, line_px(end - from));
                else if (level > 0)
                    for (std::size_t i = from; i < end; ++i)
                        add_stroke(level, static_cast<int>(i) * pitch_px + square_px / 2, top_px + square_px);
            }

            void add_stroke(int level, int centre_px, int bottom_px)
            {
                partly += pen_px == 0 ? fmt::format("M{} {}v-{}", centre_px, bottom_px, level)
                                      : fmt::format("m{} {}v-{}", centre_px - pen_px, pen_level, level);
                pen_px = centre_px;
                pen_level = level;
            }
        };

        std::string stroked(const std::string& path, const char* colour, int width_px, const char* dashes)
        {
            if (path.empty())
                return {};
            return fmt::format(R"(<path d="{}" stroke="{}" stroke-width="{}"{}/>)", path, colour, width_px, dashes);
        }
    }

    int squares_row_px(const Squares& squares)
    {
        return std::max(most_lines(squares) * pitch_px - 1 + between_rows_px, least_row_px);
    }

    SvgPicture squares_svg(const Squares& squares)
    {
        const int row_px = squares_row_px(squares);
        Paths paths;
        std::size_t longest = 0;
        int row_top_px = 0;
        for (const Squares::Row& row : squares.rows)
        {
            const Levels levels = square_levels(row);
            const int height_px = lines_of(levels.size()) * pitch_px - 1;
            int top_px = row_top_px + (row_px - height_px) / 2;
            for (std::size_t from = 0; from < levels.size(); from += squares_a_line)
            {
                const std::size_t end = std::min(from + squares_a_line, levels.size());
                paths.add_line(
                    {levels.begin() + static_cast<std::ptrdiff_t>(from), levels.begin() + static_cast<std::ptrdiff_t>(end)},
                    top_px);
                longest = std::max(longest, end - from);
                top_px += pitch_px;
            }
            row_top_px += row_px;
        }
        return svg_picture(line_px(longest), row_top_px,
                           stroked(paths.tops, outline_colour, 1, R"( stroke-dasharray="8 1")") +
                               stroked(paths.sides, outline_colour, square_px, R"( stroke-dasharray="1 6 1 1")") +
                               stroked(paths.partly, small_objects_colour, square_px, "") +
                               stroked(paths.full, small_objects_colour, square_px, R"( stroke-dasharray="8 1")"));
    }
}
