// A Document in a terminal: the finding, tables in columns, bars of glyphs. Details are left out.
#include <algorithm>
#include <string>
#include <vector>

#include "report/bar.hpp"
#include "report/characters.hpp"
#include "report/emphasis.hpp"
#include "report/numbers.hpp"
#include "report/render.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int page_columns = 80;
        constexpr int bar_columns = 20;
        constexpr int picture_columns = 40;
        constexpr int gap_columns = 2;
        constexpr int least_columns = 8; // a column is not cut below this

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

        std::string draw(const Bar& bar, std::int64_t full_bytes, int columns)
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

        // Breaks at spaces; a word that is longer than the page stays whole, so that it can be copied.
        std::string wrapped(const std::string& text)
        {
            std::string result;
            int used = 0;
            for (std::size_t at = 0; at < text.size();)
            {
                const std::size_t end = std::min(text.find(' ', at + 1), text.size());
                std::string word = text.substr(at, end - at);
                if (used > 0 && used + display_width(word) > page_columns)
                {
                    result += '\n';
                    used = 0;
                    word.erase(0, word.find_first_not_of(' '));
                }
                result += word;
                used += display_width(word);
                at = end;
            }
            return result;
        }

        std::string wrapped_lines(const std::string& text)
        {
            std::string result;
            for (std::size_t at = 0; at <= text.size();)
            {
                const std::size_t end = std::min(text.find('\n', at), text.size());
                result += (at == 0 ? "" : "\n") + wrapped(visible(text.substr(at, end - at)));
                at = end + 1;
            }
            return result;
        }

        using Grid = std::vector<std::vector<std::string>>;

        Grid grid_of(const Table& table)
        {
            Grid grid;
            const bool has_titles =
                std::any_of(table.columns.begin(), table.columns.end(), [](auto& c) { return !c.title.empty(); });
            if (has_titles)
            {
                grid.emplace_back();
                for (const Column& column : table.columns)
                    grid.back().push_back(visible(column.title));
            }
            const std::int64_t full_bytes = widest_bytes(table);
            for (const auto& row : table.rows)
            {
                grid.emplace_back(table.columns.size());
                for (std::size_t i = 0; i < std::min(row.size(), table.columns.size()); ++i)
                    grid.back()[i] = table.columns[i].align == Align::bar ? draw(row[i].bar, full_bytes, bar_columns)
                                                                          : visible(row[i].text);
            }
            return grid;
        }

        std::vector<int> widths_of(const Grid& grid, const std::vector<Column>& columns)
        {
            std::vector<int> widths(columns.size(), 0);
            for (const auto& row : grid)
                for (std::size_t i = 0; i < row.size(); ++i)
                    widths[i] = std::max(widths[i], display_width(row[i]));
            int excess = -page_columns - gap_columns;
            for (const int width : widths)
                excess += width + gap_columns;
            while (excess > 0)
            {
                std::size_t widest = columns.size();
                for (std::size_t i = 0; i < columns.size(); ++i)
                    if (columns[i].align == Align::left && widths[i] > least_columns &&
                        (widest == columns.size() || widths[i] > widths[widest]))
                        widest = i;
                if (widest == columns.size())
                    break;
                const int cut = std::min(excess, widths[widest] - least_columns);
                widths[widest] -= cut;
                excess -= cut;
            }
            return widths;
        }

        std::string aligned(const Table& table)
        {
            const Grid grid = grid_of(table);
            const std::vector<int> widths = widths_of(grid, table.columns);
            std::string result;
            for (const auto& row : grid)
            {
                std::string line;
                for (std::size_t i = 0; i < row.size(); ++i)
                {
                    const std::string words =
                        table.columns[i].align == Align::left ? cut_to_width(row[i], std::max(widths[i], 1)) : row[i];
                    const std::string padding(static_cast<std::size_t>(std::max(widths[i] - display_width(words), 0)), ' ');
                    line += (i == 0 ? "" : std::string(gap_columns, ' '));
                    line += table.columns[i].align == Align::right ? padding + words : words + padding;
                }
                line.erase(line.find_last_not_of(' ') + 1);
                result += (result.empty() ? "" : "\n") + line;
            }
            return result;
        }

        std::string drawn(const Picture& picture)
        {
            std::string legend;
            for (const Shade shade : all_shades)
                if (const std::int64_t bytes = shade_bytes(picture.bar, shade); bytes > 0)
                    legend += (legend.empty() ? "" : "  ") + std::string(glyph_of(shade)) + " " + shade_words(shade) + " " +
                              human_bytes(bytes);
            const std::string bar = draw(picture.bar, total_bytes(picture.bar), picture_columns);
            return bar.empty() ? visible(picture.alternative_text) : bar + "\n" + legend;
        }

        std::string text_of(const Part& part)
        {
            if (const auto* paragraph = std::get_if<Paragraph>(&part))
                return wrapped_lines(paragraph->text);
            if (const auto* table = std::get_if<Table>(&part))
                return aligned(*table);
            if (const auto* picture = std::get_if<Picture>(&part))
                return drawn(*picture);
            return {};
        }
    }

    std::string render_text(const Document& document)
    {
        // The finding stays on one line, as people search for it; terminals break it themselves.
        std::string text = visible(plain(document.finding));
        if (document.folded)
            return text;
        bool after_table = false;
        for (const Part& part : document.parts)
        {
            const std::string words = text_of(part);
            if (words.empty())
                continue;
            const bool is_table = std::holds_alternative<Table>(part);
            text += (after_table && is_table ? "\n\n" : "\n") + words;
            after_table = is_table;
        }
        if (!document.next.empty())
            text += "\n" + wrapped_lines("Next: " + document.next);
        return text;
    }
}
