// A Document in a terminal: the finding, tables in columns, bars of glyphs. Details are left out.
#include <algorithm>
#include <string>
#include <vector>

#include "report/bar.hpp"
#include "report/characters.hpp"
#include "report/emphasis.hpp"
#include "report/render.hpp"
#include "report/text_grid.hpp"
#include "report/text_pictures.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int bar_columns = 20;
        constexpr int code_indent = 4;

        std::string wrapped_lines(const std::string& text)
        {
            std::string result;
            for (const std::string& line : lines_of(text))
                result += wrapped(visible(line)) + "\n";
            result.pop_back();
            return result;
        }

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
                    grid.back()[i] = table.columns[i].align == Align::bar ? bar_text(row[i].bar, full_bytes, bar_columns)
                                                                          : visible(row[i].text);
            }
            return grid;
        }

        std::string text_of(const Paragraph& paragraph) { return wrapped_lines(paragraph.text); }

        // Not wrapped: it is there to be copied.
        std::string text_of(const Code& code)
        {
            std::string result;
            for (const std::string& line : code_lines_of(code.text))
                result += (line.empty() ? "" : padding(code_indent) + visible(line)) + "\n";
            result.pop_back();
            return result;
        }

        std::string text_of(const Table& table)
        {
            std::vector<Align> columns;
            for (const Column& column : table.columns)
                columns.push_back(column.align);
            return aligned(grid_of(table), columns);
        }

        std::string text_of(const Details&) { return {}; }

        template <class AnyPicture>
        std::string text_of(const AnyPicture& picture)
        {
            return picture_text(picture);
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
            const std::string words = std::visit([](const auto& kind) { return text_of(kind); }, part);
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
