#include "report/bar.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace xmemory::report
{
    const char* shade_words(Shade shade)
    {
        switch (shade)
        {
        case Shade::python_small:
            return "small objects";
        case Shade::python_large:
            return "large objects";
        case Shade::native:
            return "native";
        case Shade::free:
            return "free";
        }
        return "";
    }

    namespace
    {
        // What a bar is drawn from may come from a file: a sum beyond all numbers is the largest.
        std::int64_t added(std::int64_t total, std::int64_t bytes)
        {
            std::int64_t sum = 0;
            return __builtin_add_overflow(total, std::max<std::int64_t>(bytes, 0), &sum) ? INT64_MAX : sum;
        }
    }

    std::int64_t total_bytes(const Bar& bar)
    {
        std::int64_t total = 0;
        for (const Segment& segment : bar)
            total = added(total, segment.bytes);
        return total;
    }

    std::int64_t shade_bytes(const Bar& bar, Shade shade)
    {
        std::int64_t total = 0;
        for (const Segment& segment : bar)
            total = segment.shade == shade ? added(total, segment.bytes) : total;
        return total;
    }

    std::int64_t widest_bytes(const Table& table)
    {
        std::int64_t widest = 0;
        for (const auto& row : table.rows)
            for (const Entry& entry : row)
                widest = std::max(widest, total_bytes(entry.bar));
        return widest;
    }

    std::vector<Stretch> stretches(const Bar& bar, std::int64_t full_bytes, int units)
    {
        if (total_bytes(bar) == 0 || full_bytes <= 0 || units <= 0)
            return {};
        // Widths come from rounded edges, not from rounded widths, so that they add up to the width of the whole.
        std::vector<int> widths;
        std::int64_t reached_bytes = 0;
        int reached = 0;
        for (const Segment& segment : bar)
        {
            reached_bytes = added(reached_bytes, segment.bytes);
            const double share = static_cast<double>(reached_bytes) / static_cast<double>(full_bytes);
            const int edge = static_cast<int>(std::lround(std::min(share, 1.0) * units));
            widths.push_back(edge - reached);
            reached = edge;
        }
        if (reached == 0)
        {
            const auto largest =
                std::max_element(bar.begin(), bar.end(), [](auto& a, auto& b) { return a.bytes < b.bytes; });
            return {{largest->shade, 0, 1}};
        }
        for (std::size_t i = 0; i < bar.size(); ++i)
        {
            const auto widest = std::max_element(widths.begin(), widths.end());
            if (bar[i].bytes > 0 && widths[i] == 0 && *widest >= 3)
            {
                --*widest;
                ++widths[i];
            }
        }
        std::vector<Stretch> result;
        int from = 0;
        for (std::size_t i = 0; i < bar.size(); from += widths[i++])
            if (widths[i] > 0)
                result.push_back({bar[i].shade, from, from + widths[i]});
        return result;
    }
}
