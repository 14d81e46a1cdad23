#include "report/text_grid.hpp"

#include <algorithm>

#include "report/characters.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int least_columns = 8; // a column is not cut below this

        std::vector<int> widths_of(const Grid& grid, const std::vector<Align>& columns)
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
                    if (columns[i] == Align::left && widths[i] > least_columns &&
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
    }

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

    std::string padding(int columns) { return std::string(static_cast<std::size_t>(std::max(columns, 0)), ' '); }

    std::string padded(const std::string& words, int columns, Align align)
    {
        const std::string space = padding(columns - display_width(words));
        return align == Align::right ? space + words : words + space;
    }

    std::string aligned(const Grid& grid, const std::vector<Align>& columns)
    {
        const std::vector<int> widths = widths_of(grid, columns);
        std::string result;
        for (const auto& row : grid)
        {
            std::string line;
            for (std::size_t i = 0; i < row.size(); ++i)
                line += (i == 0 ? "" : padding(gap_columns)) +
                        padded(columns[i] == Align::left ? cut_to_width(row[i], std::max(widths[i], 1)) : row[i], widths[i],
                               columns[i]);
            line.erase(line.find_last_not_of(' ') + 1);
            result += (result.empty() ? "" : "\n") + line;
        }
        return result;
    }
}
