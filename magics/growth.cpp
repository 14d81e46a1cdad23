#include "magics/growth.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "magics/bytes_each.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        // A generator's peak may differ by the few bytes by which its numbers are longer.
        constexpr std::int64_t some_bytes = 1'000;
        constexpr double next_to_nothing_for_each = 0.1;
        constexpr double alike = 1.2;       // lists are given room to spare, at most an eighth of their length
        constexpr double clearly_other = 4; // tables of sets and dicts grow at once by up to that
        constexpr double little = 0.2;      // of the last figure

        double slope(const report::Chart::Point& from, const report::Chart::Point& to)
        {
            return static_cast<double>(to.y_bytes - from.y_bytes) / static_cast<double>(to.x - from.x);
        }

        GrowthKind kind_of(const Growth& growth, const std::vector<double>& slopes)
        {
            if (growth.most_bytes - growth.least_bytes <= some_bytes &&
                std::abs(growth.bytes_for_each) < next_to_nothing_for_each)
            {
                return GrowthKind::none;
            }
            const auto [least, most] = std::minmax_element(slopes.begin(), slopes.end());
            if (slopes.size() < 2 || *least < 0)
            {
                return GrowthKind::uneven;
            }
            if (*most <= alike * *least)
            {
                const double there_anyway =
                    static_cast<double>(growth.first.y_bytes) - growth.bytes_for_each * static_cast<double>(growth.first.x);
                const bool is_little = std::abs(there_anyway) <= little * static_cast<double>(growth.last.y_bytes);
                return is_little ? GrowthKind::proportional : GrowthKind::steady;
            }
            if (*most < clearly_other * *least)
            {
                return GrowthKind::uneven;
            }
            return std::is_sorted(slopes.begin(), slopes.end())     ? GrowthKind::faster
                   : std::is_sorted(slopes.rbegin(), slopes.rend()) ? GrowthKind::slower
                                                                    : GrowthKind::uneven;
        }

        std::string times(double ratio)
        {
            return ratio < 100 ? fmt::format("{:.3g}", ratio) : report::count(std::llround(ratio));
        }

        std::string uneven_words(const Growth& growth, const std::string& variable)
        {
            const auto [first, last] = std::pair(growth.first, growth.last);
            if (last.y_bytes <= first.y_bytes || first.y_bytes <= 0)
            {
                return "goes from **" + report::human_bytes(first.y_bytes) + "** to **" + report::human_bytes(last.y_bytes) +
                       "**, without a rule that these sizes show";
            }
            return "grows **" + times(static_cast<double>(last.y_bytes) / static_cast<double>(first.y_bytes)) +
                   "-fold** while " + variable + " grows " +
                   times(static_cast<double>(last.x) / static_cast<double>(first.x)) + "-fold";
        }
    }

    Growth growth_of(const std::vector<report::Chart::Point>& points)
    {
        const auto fewer = [](const auto& a, const auto& b) { return a.y_bytes < b.y_bytes; };
        const auto [least, most] = std::minmax_element(points.begin(), points.end(), fewer);
        std::vector<double> slopes;
        for (std::size_t index = 1; index < points.size(); ++index)
        {
            slopes.push_back(slope(points[index - 1], points[index]));
        }
        Growth growth;
        growth.first = points.front();
        growth.last = points.back();
        growth.least_bytes = least->y_bytes;
        growth.most_bytes = most->y_bytes;
        growth.bytes_for_each = slope(points.front(), points.back());
        growth.kind = kind_of(growth, slopes);
        return growth;
    }

    std::string growth_words(const Growth& growth, const std::string& variable)
    {
        switch (growth.kind)
        {
        case GrowthKind::none:
            return "**does not grow** (" +
                   (growth.least_bytes == growth.most_bytes
                        ? report::exact_bytes(growth.most_bytes)
                        : report::count(growth.least_bytes) + " to " + report::exact_bytes(growth.most_bytes)) +
                   ")";
        case GrowthKind::proportional:
            return "grows **in proportion to " + variable + "**, " + bytes_each(growth.bytes_for_each) + " for each";
        case GrowthKind::steady:
            return "grows **steadily with " + variable + "**, " + bytes_each(growth.bytes_for_each) + " for each";
        case GrowthKind::faster:
            return "grows **faster than " + variable + "**";
        case GrowthKind::slower:
            return "grows **more slowly than " + variable + "**";
        case GrowthKind::uneven:
            break;
        }
        return uneven_words(growth, variable);
    }

    const char* growth_name(GrowthKind kind)
    {
        switch (kind)
        {
        case GrowthKind::none:
            return "none";
        case GrowthKind::proportional:
            return "proportional";
        case GrowthKind::steady:
            return "steady";
        case GrowthKind::faster:
            return "faster";
        case GrowthKind::slower:
            return "slower";
        case GrowthKind::uneven:
            break;
        }
        return "uneven";
    }
}
