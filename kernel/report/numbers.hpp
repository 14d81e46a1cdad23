// Numbers as people read them: decimal kB, MB, GB with three digits, exact bytes with commas, MiB only where asked for.
// A no-break space (U+00A0) stands before each unit. Any thread.
#pragma once

#include <cstdint>
#include <string>

namespace xmemory::report
{
    // 0 → "0 B", 496 → "496 B", 2112 → "2.11 kB", 40'400'000 → "40.4 MB", 999'999 → "1.00 MB"; negative with "−" (U+2212).
    std::string human_bytes(std::int64_t bytes);
    // The same without zeros at the end, for what is a round figure: "8 MB", "40.4 MB".
    std::string short_bytes(std::int64_t bytes);
    // 64012352 → "64,012,352 B"
    std::string exact_bytes(std::int64_t bytes);
    // 1000214 → "1,000,214"
    std::string count(std::int64_t number);
    // 0.0312 → "31 ms", 1.25 → "1.25 s", 0.0000124 → "12.4 µs"
    std::string human_seconds(double seconds);
    // part of whole: 0.614 → "61 %"; "0 %" only for nothing, else "under 1 %"; "100 %" only for all, else "over 99 %"
    std::string percent(double share);
    // 3'145'728 → "3.00 MiB"
    std::string mebibytes(std::int64_t bytes);
}
