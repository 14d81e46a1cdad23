// A chart in a terminal: a letter for each point, in as many lines and columns as give each step of its axes the same number.
#include <algorithm>
#include <cmath>

#include "report/characters.hpp"
#include "report/chart.hpp"
#include "report/text_grid.hpp"
#include "report/text_pictures.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr int most_lines = 13; // more only where the powers of ten are more
        constexpr int most_lines_a_step = 4;
        constexpr int most_columns = 56;
        constexpr int spare_columns = 10; // at the right, for letters that fall together

        // How many characters an axis takes, and where a place in steps stands: the same number of characters a step, so that
        // each tick stands on one.
        struct Scale
        {
            int each_step;
            int characters;

            Scale(int steps, int most, int most_a_step)
                : each_step(std::clamp((most - 1) / steps, 1, most_a_step)), characters(steps * each_step + 1)
            {}
            int at(double place) const { return static_cast<int>(std::lround(place * each_step)); }
        };

        char letter_of(std::size_t series) { return static_cast<char>('a' + series % 26); }

        // Letters at their points, the top line first. Those that fall together stand beside each other, as far as there is
        // room.
        std::vector<std::string> plot(const Chart& chart, const Axis& x, const Axis& y, const Scale& columns,
                                      const Scale& lines)
        {
            std::vector<std::string> grid(static_cast<std::size_t>(lines.characters),
                                          std::string(static_cast<std::size_t>(columns.characters + spare_columns), ' '));
            for (std::size_t i = 0; i < chart.series.size(); ++i)
                for (const Chart::Point& point : chart.series[i].points)
                {
                    std::string& line =
                        grid[static_cast<std::size_t>(lines.characters - 1 - lines.at(y.place(point.y_bytes)))];
                    const std::size_t free = line.find(' ', static_cast<std::size_t>(columns.at(x.place(point.x))));
                    if (free != std::string::npos)
                        line[free] = letter_of(i);
                }
            return grid;
        }

        std::vector<std::string> labels_of_lines(const Axis& axis, const Scale& lines)
        {
            std::vector<std::string> labels(static_cast<std::size_t>(lines.characters));
            for (int tick = axis.steps; tick >= 0; --tick)
                labels[static_cast<std::size_t>(lines.characters - 1 - lines.at(tick))] =
                    bytes_of_power(axis.power_at(tick));
            return labels;
        }

        // Below the axis; a label that would touch the one before is left out.
        std::string line_of_labels(const Axis& axis, const Scale& columns, int indent)
        {
            std::string line;
            for (int tick = 0; tick <= axis.steps; ++tick)
            {
                const std::string label = count_of_power(axis.power_at(tick));
                const int from = std::max(indent + columns.at(tick) - static_cast<int>(label.size()) / 2, 0);
                if (line.empty() || from > static_cast<int>(line.size()))
                    line = padded(line, from) + label;
            }
            return line;
        }
    }

    std::string picture_text(const Chart& chart)
    {
        if (!has_points(chart))
            return {};
        const Axis x = x_axis_of(chart);
        const Axis y = y_axis_of(chart);
        const Scale columns(x.steps, most_columns, most_columns);
        const Scale lines(y.steps, most_lines, most_lines_a_step);
        const std::vector<std::string> drawn = plot(chart, x, y, columns, lines);
        const std::vector<std::string> labels = labels_of_lines(y, lines);
        int label_columns = 0;
        for (const std::string& label : labels)
            label_columns = std::max(label_columns, display_width(label));

        std::string text = padded(visible(chart.y_label), label_columns, Align::right);
        for (std::size_t i = 0; i < drawn.size(); ++i)
        {
            std::string line = padded(labels[i], label_columns, Align::right) + " │" + drawn[i];
            line.erase(line.find_last_not_of(' ') + 1);
            text += "\n" + line;
        }
        text += "\n" + line_of_labels(x, columns, label_columns + 2) + "  " + visible(chart.x_label);
        std::string legend;
        for (std::size_t i = 0; i < chart.series.size(); ++i)
            legend += (legend.empty() ? "" : "  ") + std::string(1, letter_of(i)) + " " + visible(chart.series[i].label);
        return text + "\n" + wrapped(legend);
    }
}
