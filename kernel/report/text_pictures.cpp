#include "report/text_pictures.hpp"

#include <algorithm>
#include <cmath>

#include "report/bar.hpp"
#include "report/characters.hpp"
#include "report/graph_words.hpp"
#include "report/nearness.hpp"
#include "report/numbers.hpp"
#include "report/ring.hpp"
#include "report/squares.hpp"
#include "report/svg.hpp"
#include "report/text_grid.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int picture_columns = 40;
        constexpr int decade_columns = 6;
        constexpr int squares_columns = 64;

        const char* glyph_of(Shade shade)
        {
            switch (shade)
            {
            case Shade::python_small:
                return "█";
            case Shade::python_large:
                return "▓";
            case Shade::native:
                return "░";
            case Shade::free:
                return "·";
            }
            return "";
        }

        const char* glyph_of_level(int level)
        {
            constexpr const char* glyphs[] = {"·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
            return glyphs[level];
        }

        // The lines of a row, of up to 64 glyphs each.
        std::vector<std::string> glyph_lines(const Squares::Row& row)
        {
            std::vector<std::string> lines(1);
            int used = 0;
            for (const int level : square_levels(row))
            {
                if (used == squares_columns)
                {
                    lines.emplace_back();
                    used = 0;
                }
                lines.back() += glyph_of_level(level);
                ++used;
            }
            return lines;
        }

        std::string nearness_line(double ratio)
        {
            const int middle = nearness_decades * decade_columns;
            const int mark = middle + static_cast<int>(std::lround(nearness_place(ratio) * decade_columns));
            std::string line;
            for (int column = 0; column <= 2 * middle; ++column)
            {
                if (column == mark)
                    line += !is_beyond_line(ratio) ? "●" : mark < middle ? "◀" : "▶";
                else
                    line += column == middle ? "|" : "·";
            }
            return line;
        }
    }

    std::string bar_text(const Bar& bar, std::int64_t full_bytes, int columns)
    {
        const std::int64_t bytes = total_bytes(bar);
        if (bytes > 0 && static_cast<double>(bytes) * columns < static_cast<double>(full_bytes))
            return "▏";
        std::string glyphs;
        for (const Stretch& stretch : stretches(bar, full_bytes, columns))
            for (int at = stretch.from; at < stretch.to; ++at)
                glyphs += glyph_of(stretch.shade);
        return glyphs;
    }

    std::string picture_text(const Picture& picture)
    {
        std::string legend;
        for (const Shade shade : all_shades)
            if (const std::int64_t bytes = shade_bytes(picture.bar, shade); bytes > 0)
                legend += (legend.empty() ? "" : "  ") + std::string(glyph_of(shade)) + " " + shade_words(shade) + " " +
                          human_bytes(bytes);
        const std::string bar = bar_text(picture.bar, total_bytes(picture.bar), picture_columns);
        return bar.empty() ? visible(picture.alternative_text) : bar + "\n" + legend;
    }

    std::string picture_text(const Squares& squares)
    {
        int label_columns = 0;
        int glyph_columns = 0;
        int remark_columns = 0;
        int short_columns = 0;
        for (const Squares::Row& row : squares.rows)
        {
            label_columns = std::max(label_columns, display_width(visible(row.label)));
            glyph_columns =
                std::max(glyph_columns, static_cast<int>(std::min<std::size_t>(row.filled.size(), squares_columns)));
            remark_columns = std::max(remark_columns, display_width(visible(squares_remark(row))));
            short_columns = std::max(short_columns, display_width(visible(row.short_remark)));
        }
        label_columns = std::min(label_columns, page_columns - gap_columns - glyph_columns);
        const int indent = label_columns == 0 ? 0 : label_columns + gap_columns;
        // Remarks that do not fit beside the squares are said in short there, or stand below them.
        const int before_remarks = indent + glyph_columns + gap_columns;
        const bool whole = before_remarks + remark_columns <= page_columns;
        const bool in_short = !whole && short_columns > 0 && before_remarks + short_columns <= page_columns;

        std::string text;
        for (const Squares::Row& row : squares.rows)
        {
            std::string start = padded(cut_to_width(visible(row.label), std::max(label_columns, 1)), indent);
            const std::string remark = visible(in_short ? row.short_remark : squares_remark(row));
            for (const std::string& glyphs : glyph_lines(row))
            {
                text += (text.empty() ? "" : "\n") + start + glyphs;
                start = padding(indent);
            }
            if (!remark.empty())
                text += whole || in_short ? padding(gap_columns) + remark
                                          : "\n" + start + cut_to_width(remark, page_columns - indent);
        }
        return text + (squares.not_shown.empty() ? "" : "\n" + wrapped(visible(squares.not_shown)));
    }

    std::string picture_text(const Ring& ring)
    {
        const std::string words = visible(ring_words(ring, "(back to the first)"));
        const std::string caption = visible(ring.caption);
        return wrapped(words + (words.empty() || caption.empty() ? "" : "  ") + caption);
    }

    std::string picture_text(const Fan& fan)
    {
        Grid grid;
        for (std::size_t row = 0; row < fan.rows.size(); ++row)
        {
            const bool is_first = row == 0, is_last = row + 1 == fan.rows.size();
            std::string way = is_first ? (is_last ? "──" : "┬─") : is_last ? "└─" : "├─";
            for (int dot = 0; dot < std::min(fan.rows[row].between, most_fan_dots); ++dot)
                way += "○─";
            grid.push_back({is_first ? visible(fan.object) : "", way + "● " + visible(fan.rows[row].label)});
        }
        if (grid.empty())
            return {};
        const std::string more = fan.not_shown.empty() ? "" : "\n" + wrapped(visible(fan.not_shown));
        return aligned(grid, {Align::left, Align::left}) + more;
    }

    std::string picture_text(const Nearness& nearness)
    {
        if (nearness.rows.empty())
            return {};
        // Over its tick: a tenth, right, ten times.
        Grid grid = {{"", "too little ÷10  right  ×10   too much"}};
        for (const Nearness::Row& row : nearness.rows)
            grid.push_back({visible(row.label), nearness_line(row.ratio), visible(row.remark)});
        return aligned(grid, {Align::left, Align::bar, Align::left});
    }

    std::string picture_text(const Graph& graph)
    {
        std::string text;
        for (const std::string& line : graph_lines(graph))
            text += (text.empty() ? "" : "\n") + cut_to_width(visible(line), page_columns);
        return text;
    }
}
