// A Document as HTML that an untrusted notebook leaves as it is: no <svg>, <style>, class or var(), so each style stands
// where it is needed. Text takes the theme's colour; front ends' own table styles (zebra, right-aligned cells, margins)
// are undone inline.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "report/bar.hpp"
#include "report/characters.hpp"
#include "report/emphasis.hpp"
#include "report/html_pictures.hpp"
#include "report/render.hpp"
#include "report/svg.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int widest_bar_px = 240;
        constexpr int narrowest_bar_px = 80;
        constexpr int widest_label_beside_bar_px = 190;
        constexpr int column_px = 8; // of a figure's characters
        constexpr int gap_px = 12;
        constexpr int bar_height_px = 10;
        constexpr int page_width_px = 600;
        constexpr const char* page_style = "max-width:600px;font-size:13px;line-height:1.5";
        constexpr const char* code_style =
            "margin:4px 0 8px 0;padding:0 0 0 16px;border:none;background:none;font-family:monospace;font-size:13px;"
            "line-height:1.4;white-space:pre-wrap";

        std::string bold_of(const std::string& finding)
        {
            std::string html;
            for (const Run& run : runs_of(finding))
                html += run.bold ? "<b>" + escape_html(run.text) + "</b>" : escape_html(run.text);
            return html;
        }

        std::string escape_lines(const std::vector<std::string>& lines)
        {
            std::string html;
            for (std::size_t i = 0; i < lines.size(); ++i)
                html += (i == 0 ? "" : "\n") + escape_html(lines[i]);
            return html;
        }

        // Beside a bar, words leave the bar its room.
        std::string cell_style(Align align, bool beside_bar)
        {
            const std::string common = fmt::format(
                "padding:2px 12px 2px 0;border:none;font-size:13px;line-height:1.4;vertical-align:{};background:none;",
                beside_bar ? "middle" : "top");
            switch (align)
            {
            case Align::left:
                return common + fmt::format("text-align:left;max-width:{}px;overflow-wrap:break-word",
                                            beside_bar ? widest_label_beside_bar_px : 300);
            case Align::right:
                return common + "text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums";
            case Align::bar:
                return common + "text-align:left";
            }
            return common;
        }

        constexpr const char* header_style =
            "white-space:nowrap;border-bottom:1px solid #808080;opacity:0.8;font-weight:bold";

        std::string header_html(const std::vector<Column>& columns, bool has_bar)
        {
            if (std::none_of(columns.begin(), columns.end(), [](auto& column) { return !column.title.empty(); }))
                return {};
            std::string html = R"(<thead style="border:none"><tr style="background:none">)";
            for (const Column& column : columns)
                html += fmt::format(R"(<th style="{};{}">{}</th>)", cell_style(column.align, has_bar), header_style,
                                    escape_html(column.title));
            return html + "</tr></thead>";
        }

        std::string cell_html(const Entry& entry, Align align, std::int64_t full_bytes, bool has_bar, int bar_px)
        {
            std::string content;
            if (align != Align::bar)
                content = escape_html(entry.text);
            else if (total_bytes(entry.bar) > 0)
                content =
                    svg_image(bar_svg(entry.bar, full_bytes, bar_px, bar_height_px), entry.text, Fit::inline_shrinking);
            return fmt::format(R"(<td style="{}">{}</td>)", cell_style(align, has_bar), content);
        }

        // What words and numbers leave of the page: a bar that the page has to shrink has blurred edges.
        int room_for_bar_px(const Table& table)
        {
            int room_px = page_width_px;
            for (std::size_t i = 0; i < table.columns.size(); ++i)
            {
                const Column& column = table.columns[i];
                int columns = display_width(column.title);
                for (const auto& row : table.rows)
                    if (i < row.size() && column.align != Align::bar)
                        columns = std::max(columns, display_width(row[i].text));
                const int width_px = columns * column_px;
                room_px -=
                    gap_px + (column.align == Align::left ? std::min(width_px, widest_label_beside_bar_px) : width_px);
            }
            return std::clamp(room_px, narrowest_bar_px, widest_bar_px);
        }

        std::string html_of(const Table& table)
        {
            const std::int64_t full_bytes = widest_bytes(table);
            const bool has_bar = std::any_of(table.columns.begin(), table.columns.end(),
                                             [](auto& column) { return column.align == Align::bar; });
            const int bar_px = room_for_bar_px(table);
            std::string html =
                R"(<table style="border-collapse:collapse;table-layout:auto;margin:4px 0 8px 0;font-size:13px">)" +
                header_html(table.columns, has_bar) + "<tbody>";
            for (const auto& row : table.rows)
            {
                html += R"(<tr style="background:none">)";
                for (std::size_t i = 0; i < std::min(row.size(), table.columns.size()); ++i)
                    html += cell_html(row[i], table.columns[i].align, full_bytes, has_bar, bar_px);
                html += "</tr>";
            }
            return html + "</tbody></table>";
        }

        std::string html_of(const Paragraph& paragraph)
        {
            return fmt::format(R"(<p style="margin:4px 0;white-space:pre-line{}">{}</p>)",
                               paragraph.secondary ? ";opacity:0.8" : "", escape_lines(lines_of(paragraph.text)));
        }

        std::string html_of(const Code& code)
        {
            return fmt::format(R"(<pre style="{}">{}</pre>)", code_style, escape_lines(code_lines_of(code.text)));
        }

        template <class AnyPicture>
        std::string html_of(const AnyPicture& picture)
        {
            return picture_html(picture);
        }

        std::string html_of(const Details& details);

        std::string html_of(const std::vector<Part>& parts)
        {
            std::string html;
            for (const Part& part : parts)
                html += std::visit([](const auto& kind) { return html_of(kind); }, part);
            return html;
        }

        std::string html_of(const Details& details)
        {
            return fmt::format(
                R"(<details style="margin:4px 0"><summary style="cursor:pointer">{}</summary>)"
                R"(<div style="margin-left:4px;padding-left:11px;border-left:1px solid #808080">{}</div></details>)",
                escape_html(details.summary), html_of(details.parts));
        }
    }

    std::string render_html(const Document& document)
    {
        std::string body = html_of(document.parts);
        if (!document.next.empty())
            body += html_of(Paragraph{"Next: " + document.next, true});
        const std::string finding = bold_of(document.finding);
        if (!document.folded)
            return fmt::format(R"(<div style="{}"><p style="margin:0 0 6px 0"><b>{}</b></p>{}</div>)", page_style,
                               escape_html(plain(document.finding)), body);
        if (body.empty()) // nothing to unfold
            return fmt::format(R"(<div style="{};opacity:0.8">{}</div>)", page_style, finding);
        return fmt::format(R"(<details style="{}"><summary style="opacity:0.8;cursor:pointer">{}</summary>{}</details>)",
                           page_style, finding, body);
    }
}
