#include <cmath>

#include <fmt/format.h>

#include "report/palette.hpp"
#include "report/ring.hpp"
#include "report/svg.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr double full_turn = 6.283185307179586;
        constexpr double gap_px = 4; // between a node and its arrows
        constexpr double head_px = 6;

        struct Circle
        {
            int centre;
            int radius;
            int node_radius;

            // angle 0 is at the top, and they go clockwise
            double x(double angle) const { return centre + radius * std::sin(angle); }
            double y(double angle) const { return centre - radius * std::cos(angle); }
        };

        std::string arrow(const Circle& circle, double from, double to)
        {
            const double away = (circle.node_radius + gap_px) / circle.radius;
            const double begin = from + away;
            const double tip = to - away;
            const double neck = tip - head_px / circle.radius;
            const int large = neck - begin > full_turn / 2 ? 1 : 0;
            const auto point = [&](double angle, double outwards)
            {
                return fmt::format("{:.1f} {:.1f}", circle.x(angle) + outwards * std::sin(angle),
                                   circle.y(angle) - outwards * std::cos(angle));
            };
            std::string line;
            if (neck > begin)
                line = fmt::format(R"(<path d="M{}A{} {} 0 {} 1 {}" fill="none" stroke="{}" stroke-width="2"/>)",
                                   point(begin, 0), circle.radius, circle.radius, large, point(neck, 0), outline_colour);
            return line + fmt::format(R"(<path d="M{}L{}L{}z" fill="{}"/>)", point(neck, head_px / 2 + 1), point(tip, 0),
                                      point(neck, -head_px / 2 - 1), outline_colour);
        }

        std::string dots(const Circle& circle, double angle)
        {
            std::string all;
            for (const int place : {-1, 0, 1})
                all += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="1.5" fill="{}"/>)",
                                   circle.x(angle + place * 6.0 / circle.radius),
                                   circle.y(angle + place * 6.0 / circle.radius), outline_colour);
            return all;
        }
    }

    SvgPicture ring_svg(const Ring& ring)
    {
        const DrawnRing drawn = drawn_ring(ring);
        const std::size_t places = drawn.nodes.size() + (drawn.more > 0 ? 1 : 0);
        const int size_px = places <= 1 ? 48 : places <= 4 ? 64 : 96;
        const int node_radius_px = places <= 6 ? 6 : 5;
        const Circle circle = {size_px / 2, size_px / 2 - node_radius_px - 2, node_radius_px};
        std::string elements;
        for (std::size_t i = 0; i < places; ++i)
        {
            const double angle = full_turn * static_cast<double>(i) / static_cast<double>(places);
            elements += arrow(circle, angle, full_turn * static_cast<double>(i + 1) / static_cast<double>(places));
            elements += i < drawn.nodes.size()
                            ? marker_svg(drawn.nodes[i].kind, static_cast<int>(std::lround(circle.x(angle))),
                                         static_cast<int>(std::lround(circle.y(angle))), node_radius_px)
                            : dots(circle, angle);
        }
        return svg_picture(size_px, size_px, elements);
    }
}
