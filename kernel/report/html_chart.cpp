// A chart's picture with its words set around it, at the pixels of its frame.
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "report/characters.hpp"
#include "report/chart_frame.hpp"
#include "report/html_layout.hpp"
#include "report/html_pictures.hpp"
#include "report/palette.hpp"
#include "report/svg.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int line_px = 16;
        constexpr int character_px = 8; // the widest digit of the front ends' fonts
        constexpr int most_name_px = 150;

        struct Label
        {
            int centre_px = 0;
            std::string html;
        };

        // Aligned to the top, where the picture's pixels are counted from.
        std::string cell(const std::string& style, const std::string& content)
        {
            return layout_cell("vertical-align:top;" + style, content);
        }

        // Labels one below the other, from the top, each as near to its centre as the one above allows.
        std::string stacked(const std::vector<Label>& labels)
        {
            std::string html;
            int reached_px = 0;
            for (const Label& label : labels)
            {
                const int top_px = std::max(label.centre_px - line_px / 2, reached_px);
                html += fmt::format(
                    R"(<div style="margin-top:{}px;height:{}px;line-height:{}px;white-space:nowrap;max-width:{}px;overflow:hidden;text-overflow:ellipsis">{}</div>)",
                    top_px - reached_px, line_px, line_px, most_name_px, label.html);
                reached_px = top_px + line_px;
            }
            return html;
        }

        // Every so many ticks, so that labels of that size do not meet.
        int ticks_a_label(int label_px, int step_px) { return (label_px + step_px - 1) / step_px; }

        std::string y_labels(const ChartFrame& frame)
        {
            const int every = ticks_a_label(line_px, frame.y_step_px);
            std::vector<Label> labels;
            for (int tick = frame.y.steps / every * every; tick >= 0; tick -= every)
                labels.push_back({frame.y_tick_px(tick), bytes_of_power(frame.y.power_at(tick))});
            return stacked(labels);
        }

        std::string x_labels(const ChartFrame& frame)
        {
            const auto characters = static_cast<int>(count_of_power(frame.x.power_at(frame.x.steps)).size());
            const int every = ticks_a_label((characters + 1) * character_px, frame.x_step_px);
            const int label_px = every * frame.x_step_px;
            std::string spans;
            for (int tick = 0; tick <= frame.x.steps; tick += every)
                spans += fmt::format(R"(<span style="display:inline-block;width:{}px;text-align:center">{}</span>)",
                                     label_px, count_of_power(frame.x.power_at(tick)));
            // Each label is as wide as the way to the next and centred; they may reach past the picture without widening it.
            return fmt::format(R"(<div style="width:{}px"><div style="white-space:nowrap;margin-left:{}px">{}</div></div>)",
                               frame.width_px(), chart_margin_px - label_px / 2, spans);
        }

        std::string names(const Chart& chart, const ChartFrame& frame)
        {
            std::vector<Label> labels;
            for (std::size_t i = 0; i < chart.series.size(); ++i)
            {
                const Chart::Series& series = chart.series[i];
                const std::string marker =
                    svg_image(marker_picture(static_cast<int>(i)), "", Fit::inline_fixed) + " " + escape_html(series.label);
                labels.push_back({series.points.empty() ? 0 : frame.y_px(series.points.back().y_bytes), marker});
            }
            std::stable_sort(labels.begin(), labels.end(), [](auto& a, auto& b) { return a.centre_px < b.centre_px; });
            // Those at the bottom make room for each other upwards.
            int free_px = std::max(frame.height_px(), static_cast<int>(labels.size()) * line_px);
            for (auto label = labels.rbegin(); label != labels.rend(); ++label)
            {
                label->centre_px = std::min(label->centre_px, free_px - line_px / 2);
                free_px = label->centre_px - line_px / 2;
            }
            return stacked(labels);
        }
    }

    std::string picture_html(const Chart& chart)
    {
        if (!has_points(chart))
            return {};
        const ChartFrame frame = frame_of(chart);
        const std::string axis_words = "padding:0;text-align:center;opacity:0.8";
        const std::string rows =
            layout_row(cell("padding:0 4px 2px 0;text-align:right;opacity:0.8", escape_html(chart.y_label)) +
                       cell("padding:0", "") + cell("padding:0", "")) +
            layout_row(
                cell("padding:0 4px 0 0;text-align:right", y_labels(frame)) +
                cell("padding:0;text-align:left", svg_image(chart_svg(chart), chart.alternative_text, Fit::block_fixed)) +
                cell("padding:0 0 0 4px;text-align:left", names(chart, frame))) +
            layout_row(cell("padding:0", "") + cell("padding:0;text-align:left", x_labels(frame)) + cell("padding:0", "")) +
            layout_row(cell("padding:0", "") + cell(axis_words, escape_html(chart.x_label)) + cell("padding:0", ""));
        return layout_table(rows);
    }
}
