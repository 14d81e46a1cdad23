#include "report/html_pictures.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "report/bar.hpp"
#include "report/characters.hpp"
#include "report/graph_words.hpp"
#include "report/html_layout.hpp"
#include "report/numbers.hpp"
#include "report/palette.hpp"
#include "report/ring.hpp"
#include "report/squares.hpp"
#include "report/svg.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int picture_width_px = 600;
        constexpr int picture_height_px = 16;
        constexpr int widest_label_px = 90;
        constexpr int widest_object_px = 150;
        constexpr int column_px = 10; // no narrower than a character of the text, but for the widest letters
        constexpr int gap_px = 10;

        // Lines of exactly line_px, whatever they hold: what is too long for the width is cut, not wrapped.
        std::string fixed_lines(const std::vector<std::string>& lines, int line_px, int most_width_px)
        {
            std::string html = fmt::format(
                R"(<div style="white-space:pre;line-height:{}px;max-width:{}px;overflow:hidden;text-overflow:ellipsis">)",
                line_px, most_width_px);
            for (std::size_t i = 0; i < lines.size(); ++i)
                html += (i == 0 ? "" : "\n") + escape_html(lines[i]);
            return html + "</div>";
        }

        int columns_of_widest(const std::vector<std::string>& lines)
        {
            int columns = 0;
            for (const std::string& line : lines)
                columns = std::max(columns, display_width(line));
            return columns;
        }

        // The ring in words, before each name the mark of its node in the picture.
        std::string marked_words(const Ring& ring)
        {
            const DrawnRing drawn = drawn_ring(ring);
            std::string html;
            for (const RingNode& node : drawn.nodes)
                html += svg_image(marker_picture(node.kind), "", Fit::inline_fixed) + " " + escape_html(node.name) + " → ";
            if (!html.empty() && drawn.more > 0)
                html += count(drawn.more) + " more → ";
            return html.empty() ? html : html + "back to the first";
        }
    }

    std::string picture_html(const Picture& picture)
    {
        std::string legend;
        for (const Shade shade : all_shades)
            if (const std::int64_t bytes = shade_bytes(picture.bar, shade); bytes > 0)
                legend += fmt::format("{}{} {}&nbsp;{}", legend.empty() ? "" : "&ensp;&ensp;",
                                      svg_image(bar_svg({{shade, 1}}, 1, 10, 10), "colour of", Fit::inline_fixed),
                                      shade_words(shade), escape_html(human_bytes(bytes)));
        const SvgPicture bar = bar_svg(picture.bar, total_bytes(picture.bar), picture_width_px, picture_height_px);
        return fmt::format(R"(<p style="margin:4px 0 0 0">{}</p><p style="margin:2px 0 8px 0">{}</p>)",
                           svg_image(bar, picture.alternative_text, Fit::inline_shrinking), legend);
    }

    std::string picture_html(const Squares& squares)
    {
        if (squares.rows.empty())
            return {};
        std::vector<std::string> labels;
        std::vector<std::string> remarks;
        for (const Squares::Row& row : squares.rows)
        {
            labels.push_back(row.label);
            remarks.push_back(squares_remark(row));
        }
        const int row_px = squares_row_px(squares);
        const SvgPicture drawn = squares_svg(squares);
        const int label_px = std::min(widest_label_px, column_px * columns_of_widest(labels));
        const int remark_px = picture_width_px - label_px - drawn.width_px - 2 * gap_px;
        return layout_table(layout_row(
            layout_cell("text-align:left;padding:0 10px 0 0;vertical-align:top", fixed_lines(labels, row_px, label_px)) +
            layout_cell("text-align:left;padding:0 10px 0 0;vertical-align:top",
                        svg_image(drawn, squares.alternative_text, Fit::block_fixed)) +
            layout_cell("text-align:left;padding:0;vertical-align:top", fixed_lines(remarks, row_px, remark_px))));
    }

    std::string picture_html(const Ring& ring)
    {
        const std::string words = marked_words(ring);
        if (words.empty())
            return fmt::format(R"(<p style="margin:4px 0">{}</p>)", escape_html(ring.caption));
        const std::string caption = fmt::format(R"(<div style="opacity:0.8">{}</div>)", escape_html(ring.caption));
        // The cell is as wide as the widest ring, so that the words of several rings stand below each other.
        return layout_table(layout_row(
            layout_cell("text-align:center;padding:0 12px 0 0;vertical-align:middle;min-width:96px",
                        svg_image(ring_svg(ring), "objects that hold each other in a ring", Fit::inline_fixed)) +
            layout_cell("text-align:left;padding:0;vertical-align:middle;overflow-wrap:break-word;max-width:480px",
                        "<div>" + words + "</div>" + (ring.caption.empty() ? "" : caption))));
    }

    std::string picture_html(const Fan& fan)
    {
        if (fan.rows.empty())
            return {};
        std::vector<std::string> labels;
        for (const Fan::Row& row : fan.rows)
            labels.push_back(row.label);
        const SvgPicture drawn = fan_svg(fan);
        const int object_px = std::min(widest_object_px, column_px * display_width(fan.object));
        const int label_px = picture_width_px - object_px - drawn.width_px - 2 * gap_px;
        const std::string below =
            fan.not_shown.empty() ? "" : fmt::format(R"(<div style="opacity:0.8">{}</div>)", escape_html(fan.not_shown));
        return layout_table(layout_row(
            layout_cell("text-align:right;padding:0 10px 0 0;vertical-align:top;font-weight:bold",
                        fixed_lines({fan.object}, drawn.height_px, object_px)) +
            layout_cell("text-align:left;padding:0 10px 0 0;vertical-align:top",
                        svg_image(drawn, fan.alternative_text, Fit::block_fixed)) +
            layout_cell("text-align:left;padding:0;vertical-align:top", fixed_lines(labels, fan_row_px, label_px) + below)));
    }

    std::string picture_html(const Graph& graph)
    {
        std::string lines;
        for (const std::string& line : graph_lines(graph))
            lines += escape_html(line) + "\n";
        const std::string words = fmt::format(
            R"(<pre style="margin:4px 0;padding:0;border:none;background:none;font-family:monospace;font-size:13px;line-height:1.4;)"
            R"(overflow:auto">{}</pre>)",
            lines);
        const std::optional<SvgPicture> drawn = graph_svg(graph);
        if (!drawn)
            return lines.empty() ? "" : words;
        return fmt::format(R"(<div style="margin:4px 0 8px 0">{}</div>)"
                           R"(<details style="margin:4px 0"><summary style="cursor:pointer">In words</summary>{}</details>)",
                           svg_image(*drawn, graph.alternative_text, Fit::block_fixed), words);
    }

    std::string picture_html(const Nearness& nearness)
    {
        if (nearness.rows.empty())
            return {};
        // Words over the line, each of the middle three centred on its tick.
        const auto over = [](int width_px, const char* align, const char* words) {
            return fmt::format(R"(<span style="display:inline-block;width:{}px;text-align:{}">{}</span>)", width_px, align,
                               words);
        };
        const int end_px = (nearness_svg(1).width_px - 3 * nearness_decade_px) / 2;
        const std::string label_style =
            "text-align:left;padding:1px 12px 1px 0;vertical-align:middle;overflow-wrap:break-word;max-width:150px";
        const std::string image_style = "text-align:left;padding:1px 12px 1px 0;vertical-align:middle";
        std::string rows =
            layout_row(layout_cell(label_style, "") +
                       layout_cell(image_style + ";white-space:nowrap;opacity:0.8",
                                   over(end_px, "left", "too little") + over(nearness_decade_px, "center", "÷10") +
                                       over(nearness_decade_px, "center", "right") +
                                       over(nearness_decade_px, "center", "×10") + over(end_px, "right", "too much")) +
                       layout_cell("text-align:left;padding:0", ""));
        for (const Nearness::Row& one : nearness.rows)
            rows += layout_row(
                layout_cell(label_style, escape_html(one.label)) +
                layout_cell(image_style,
                            svg_image(nearness_svg(one.ratio),
                                      &one == &nearness.rows.front() ? nearness.alternative_text : "", Fit::block_fixed)) +
                layout_cell("text-align:left;padding:1px 0;vertical-align:middle;overflow-wrap:break-word;max-width:150px",
                            escape_html(one.remark)));
        return layout_table(rows);
    }
}
