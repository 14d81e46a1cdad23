// How a figure in exact bytes grows with a size, as far as the measured points show it. Any thread.
#pragma once

#include <string>
#include <vector>

#include "report/document.hpp"

namespace xmemory::magics
{
    enum class GrowthKind {
        none,         // the same at each size, but for some bytes
        proportional, // so many bytes for each, and little else
        steady,       // so many bytes for each, on top of what is there anyway
        faster,       // the larger the size, the more bytes for each further one
        slower,
        uneven, // it grows or shrinks, and the points show no rule
    };

    struct Growth
    {
        GrowthKind kind = GrowthKind::uneven;
        double bytes_for_each = 0; // from the first point to the last
        report::Chart::Point first, last;
        std::int64_t least_bytes = 0, most_bytes = 0;
    };

    // points: by rising x, two at least. Two show by how much, and no rule.
    Growth growth_of(const std::vector<report::Chart::Point>& points);

    // "grows **in proportion to n**, 40.4 B for each", after "its peak".
    std::string growth_words(const Growth& growth, const std::string& variable);

    const char* growth_name(GrowthKind kind); // in data
}
