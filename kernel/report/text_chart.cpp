// A chart in a terminal: a letter for each point, on as many lines and columns as bring the ticks of its axes onto one.
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
        constexpr int most_lines = 12;
        constexpr int most_columns = 56;

        // How many characters the axis takes, and where a place in steps stands.
        struct Scale
        {
            int characters;
            double each_step;

            Scale(int steps, int most) : each_step((most - 1) / steps)
            {
                if (each_step < 1)
                    each_step = static_cast<double>(most - 1) / steps;
                characters = static_cast<int>(std::lround(steps * each_step)) + 1;
            }
            int at(double place) const { return static_cast<int>(std::lround(place * each_step)); }
        };

        char letter_of(std::size_t series) { return static_cast<char>('a' + series % 26); }

        // Letters at their points, the top line first; * where several fall together.
        std::vector<std::string> plot(const Chart& chart, const Axis& x, const Axis& y, const Scale& columns,
                                      const Scale& lines)
        {
            std::vector<std::string> grid(static_cast<std::size_t>(lines.characters),
                                          std::string(static_cast<std::size_t>(columns.characters), ' '));
            for (std::size_t i = 0; i < chart.series.size(); ++i)
                for (const Chart::Point& point : chart.series[i].points)
                {
                    const int line = lines.characters - 1 - lines.at(y.place(point.y_bytes));
                    char& cell =
                        grid[static_cast<std::size_t>(line)][static_cast<std::size_t>(columns.at(x.place(point.x)))];
                    cell = cell == ' ' || cell == letter_of(i) ? letter_of(i) : '*';
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
        const Scale columns(x.steps, most_columns);
        const Scale lines(y.steps, most_lines);
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
        bool several = false;
        for (const std::string& line : drawn)
            several = several || line.find('*') != std::string::npos;
        for (std::size_t i = 0; i < chart.series.size(); ++i)
            legend += (legend.empty() ? "" : "  ") + std::string(1, letter_of(i)) + " " + visible(chart.series[i].label);
        return text + "\n" + wrapped(legend + (several ? "  * several" : ""));
    }
}
