// How near a guess came, and what it missed where the exact figures bear that out. Any thread.
#pragma once

#include <string>

#include "magics/guess.hpp"
#include "report/cell_record.hpp"

namespace xmemory::magics
{
    enum class Closeness { right, near, too_small, too_large };

    struct Verdict
    {
        Closeness closeness = Closeness::right;
        std::int64_t measured_bytes = 0;
        double ratio = 1;          // guess ÷ measured; of nothing, ÷ 1 B
        bool only_nearest = false; // the right one of the choices, and far off all the same
        std::string missed; // a word for data: "objects", "temporary", "freed_again", "eight_byte_numbers", "unit", or empty
        std::string because; // the same as a sentence or two
    };

    // guess.amount is there.
    Verdict judge(const Guess& guess, const report::Figures& figures);

    const char* to_string(Closeness closeness); // as in data: "right", "near", "too_small", "too_large"
}
