// What each of many takes: 41.94 → "41.9 B", 5000 → "5.00 kB". Any thread.
#pragma once

#include <cmath>
#include <string>

#include <fmt/format.h>

#include "report/numbers.hpp"

namespace xmemory::magics
{
    // bytes: not negative.
    inline std::string bytes_each(double bytes)
    {
        return bytes < 999.95 ? fmt::format("{:.1f}\u00a0B", bytes) : report::human_bytes(std::llround(bytes));
    }
}
