// Where the stretches of a bar begin and end, in whole pixels or whole glyphs, and what their shades are called. The one
// scale of text and pictures. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "report/document.hpp"

namespace xmemory::report
{
    inline constexpr std::array<Shade, 4> all_shades = {Shade::python_small, Shade::python_large, Shade::native,
                                                        Shade::free};

    // What people read in a legend: "small objects", "large objects", "native", "free".
    const char* shade_words(Shade shade);

    std::int64_t total_bytes(const Bar& bar);
    std::int64_t shade_bytes(const Bar& bar, Shade shade);

    // The scale of a table: its widest bar.
    std::int64_t widest_bytes(const Table& table);

    struct Stretch
    {
        Shade shade = Shade::python_small;
        int from = 0;
        int to = 0; // > from
    };

    // The bar on a scale where full_bytes takes all units. A bar that is not empty has at least one unit; a segment that
    // would vanish takes one from the widest, where that one has three to spare. Nothing goes past units.
    std::vector<Stretch> stretches(const Bar& bar, std::int64_t full_bytes, int units);
}
