// Levels and peaks of the running cell as one value: what the spans of ledger.cpp keep, compare and put back.
// On the thread that runs the cells.
#pragma once

#include <array>
#include <cstdint>

#include "core/maker.hpp"

namespace xmemory::core
{
    struct Peaks
    {
        std::int64_t total = 0;
        std::array<std::int64_t, origin_count> origin{};
    };

    // Live bytes now, of the cell's thread and all others together.
    Peaks levels_now();
    // The highest they were since set_peaks.
    Peaks peaks_now();
    void set_peaks(const Peaks& peaks);
    Peaks highest(const Peaks& left, const Peaks& right);
    // Before a cell: all levels and peaks are zero.
    void reset_levels();
}
