#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/characters.hpp"
#include "report/graph_layout.hpp"
#include "report/numbers.hpp"
#include "report/palette.hpp"
#include "report/svg.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int page_px = 600;
        constexpr int edge_px = 2; // free at each side
        constexpr int column_gap_px = 26;
        constexpr int widest_box_px = 190;
        constexpr int narrowest_box_px = 44;
        constexpr int most_radius_px = 20;
        constexpr double least_radius_px = 2;
        constexpr int label_gap_px = 4; // between the circle and its label
        constexpr int label_height_px = 28;
        constexpr int label_padding_px = 4;
        constexpr double bold_column_px = 6.1; // what a character takes; longer and shorter lines are fitted to it
        constexpr double column_px = 5.5;
        constexpr int fold_columns = 18;                // "and 1,234,567 more", which stays whole
        constexpr const char* label_ground = "#EDEDED"; // 14:1 under its text, whatever the theme
        constexpr const char* label_text = "#1A1A1A";
        constexpr const char* cycle_colour = "#D55E00";

        class Drawing
        {
        public:
            explicit Drawing(const Graph& graph) : graph_(graph)
            {
                std::vector<int> columns(graph.nodes.size(), 1);
                for (std::size_t node = 1; node < graph.nodes.size(); ++node)
                    columns[node] = columns[graph.nodes[node].parent] + 1;
                columns_ = *std::max_element(columns.begin(), columns.end());
                for (const Graph::Node& node : graph.nodes)
                    most_bytes_ = std::max(most_bytes_, node.bytes);
            }

            // Boxes become narrower until all is as wide as the page: arrows across may go round them.
            std::optional<SvgPicture> draw()
            {
                for (int page = page_px - 2 * edge_px;; page -= 20)
                {
                    most_box_px_ = std::min((page - (columns_ - 1) * column_gap_px) / columns_, widest_box_px);
                    if (most_box_px_ < narrowest_box_px)
                        return std::nullopt;
                    const auto layout = lay_out(boxes(), lines(), column_gap_px);
                    if (!layout)
                        return std::nullopt;
                    if (layout->width_px + 2 * edge_px <= page_px)
                        return drawn(*layout);
                }
            }

        private:
            double radius(const Graph::Node& node) const
            {
                const double share = static_cast<double>(std::max<std::int64_t>(node.bytes, 0)) /
                                     static_cast<double>(std::max<std::int64_t>(most_bytes_, 1));
                return std::max(std::min(most_radius_px, most_box_px_ / 5) * std::sqrt(share), least_radius_px);
            }

            // The two lines beside a circle, and how wide they are drawn.
            struct Label
            {
                std::string first, second;
                int width_px = 0;
            };

            Label label(const Graph::Node& node) const
            {
                const int room_px = most_box_px_ - circle_px(node) - label_gap_px - 2 * label_padding_px;
                const auto columns = [&](double each_px) { return std::max(static_cast<int>(room_px / each_px), 4); };
                Label label;
                label.first = node.name.empty()
                                  ? cut_to_width(visible(node.kind), std::max(columns(bold_column_px), fold_columns))
                                  : cut_to_width(visible(node.name), columns(bold_column_px));
                label.second = node.name.empty() ? cut_to_width(visible(human_bytes(node.bytes)), columns(column_px))
                                                 : with_bytes(node, columns(column_px));
                label.width_px = static_cast<int>(std::ceil(std::max(display_width(label.first) * bold_column_px,
                                                                     display_width(label.second) * column_px))) +
                                 2 * label_padding_px;
                return label;
            }

            int circle_px(const Graph::Node& node) const { return 2 * static_cast<int>(std::ceil(radius(node))); }

            std::vector<GraphBox> boxes() const
            {
                std::vector<GraphBox> all;
                for (const Graph::Node& node : graph_.nodes)
                    all.push_back(
                        {circle_px(node) + label_gap_px + label(node).width_px, std::max(label_height_px, circle_px(node))});
                return all;
            }

            std::vector<GraphLine> lines() const
            {
                std::vector<GraphLine> all;
                for (std::size_t node = 1; node < graph_.nodes.size(); ++node)
                    all.push_back({graph_.nodes[node].parent, node, true, graph_.holders});
                for (const Graph::Reference& reference : graph_.across)
                    all.push_back(graph_.holders ? GraphLine{reference.to, reference.from, false, true}
                                                 : GraphLine{reference.from, reference.to, false, false});
                return all;
            }

            static std::string at(GraphPoint point)
            {
                return fmt::format("{:.1f} {:.1f}", point.x + edge_px, point.y + edge_px);
            }

            static std::string arrow(const GraphLayout::Curve& curve, const GraphLine& line, bool closes_cycle)
            {
                if (curve.points.empty())
                    return "";
                const char* colour = closes_cycle ? cycle_colour : outline_colour;
                std::string path = "M" + at(curve.points[0]);
                for (std::size_t point = 1; point + 2 < curve.points.size(); point += 3)
                    path += "C" + at(curve.points[point]) + " " + at(curve.points[point + 1]) + " " +
                            at(curve.points[point + 2]);
                const GraphPoint neck = line.points_back ? curve.points.front() : curve.points.back();
                const double long_x = curve.tip.x - neck.x, long_y = curve.tip.y - neck.y;
                const double half = 0.5; // of the head's length to each side
                return fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="1.3"{}/>)", path, colour,
                                   closes_cycle ? R"( stroke-dasharray="5 3")" : "") +
                       fmt::format(R"(<path d="M{}L{}L{}z" fill="{}"/>)", at(curve.tip),
                                   at({neck.x - half * long_y, neck.y + half * long_x}),
                                   at({neck.x + half * long_y, neck.y - half * long_x}), colour);
            }

            // Fitted to the columns that it was counted to have, whatever font there is.
            static std::string text(const std::string& words, double x, double y, bool bold)
            {
                return words.empty()
                           ? ""
                           : fmt::format(
                                 R"(<text x="{:.1f}" y="{:.1f}" textLength="{:.1f}" lengthAdjust="spacingAndGlyphs"{}>{}</text>)",
                                 x, y, display_width(words) * (bold ? bold_column_px : column_px),
                                 bold ? R"( font-weight="bold")" : "", escape_html(words));
            }

            std::string node(const Graph::Node& node, GraphPoint centre, int box_px) const
            {
                const double r = radius(node);
                const double left = centre.x - box_px / 2.0 + edge_px;
                const double y = centre.y + edge_px;
                const double label_left = left + circle_px(node) + label_gap_px;
                const Label words = label(node);
                const std::string outlined =
                    fmt::format(R"( fill-opacity="0.35" stroke="{}" stroke-dasharray="2 2")", small_objects_colour);
                return fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" fill="{}"{}/>)",
                                   left + circle_px(node) / 2.0, y, r, small_objects_colour,
                                   node.is_folded ? outlined : "") +
                       fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="{}" height="{}" rx="3" fill="{}"/>)", label_left,
                                   y - label_height_px / 2.0, words.width_px, label_height_px, label_ground) +
                       text(words.first, label_left + label_padding_px, y - 3, true) +
                       text(words.second, label_left + label_padding_px, y + 10, false);
            }

            // The bytes stay whole; what it is is cut, and left out where nothing to speak of would be left.
            static std::string with_bytes(const Graph::Node& node, int columns)
            {
                const std::string bytes = visible(human_bytes(node.bytes));
                constexpr int least_kind = 7;
                const int room = columns - display_width(bytes) - 3;
                return room < std::min(display_width(visible(node.kind)), least_kind)
                           ? cut_to_width(bytes, columns)
                           : cut_to_width(visible(node.kind), room) + " · " + bytes;
            }

            SvgPicture drawn(const GraphLayout& layout) const
            {
                std::string elements =
                    R"(<g font-family="sans-serif" font-size="11" fill=")" + std::string(label_text) + R"(">)";
                const std::vector<GraphLine> all = lines();
                const std::vector<GraphBox> places = boxes();
                const std::size_t in_tree = graph_.nodes.size() - 1;
                for (std::size_t line = 0; line < all.size(); ++line)
                    elements +=
                        arrow(layout.curves[line], all[line], line >= in_tree && graph_.across[line - in_tree].closes_cycle);
                for (std::size_t number = 0; number < graph_.nodes.size(); ++number)
                    elements += node(graph_.nodes[number], layout.centres[number], places[number].width_px);
                return svg_picture(static_cast<int>(std::ceil(layout.width_px)) + 2 * edge_px,
                                   static_cast<int>(std::ceil(layout.height_px)) + 2 * edge_px, elements + "</g>");
            }

            const Graph& graph_;
            int columns_ = 1;
            int most_box_px_ = 0;
            std::int64_t most_bytes_ = 0;
        };
    }

    std::optional<SvgPicture> graph_svg(const Graph& graph)
    {
        return graph.nodes.empty() ? std::nullopt : Drawing(graph).draw();
    }
}
