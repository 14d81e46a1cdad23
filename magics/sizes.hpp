// The sizes over which %memory compare measures: "1_000..1_000_000" or "10,100,5_000". Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace xmemory::magics
{
    struct Sizes
    {
        std::string variable;              // set to each size in turn: "n"
        std::vector<std::int64_t> numbers; // two to eight, rising, from 1 on
    };

    // "A..B" are the powers of ten times A up to B, and B itself. Throws UsageError with the way out.
    Sizes sizes_from(const std::string& variable, const std::string& text);
}
