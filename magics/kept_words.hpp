// What a piece of code kept, after "keeps". Any thread.
#pragma once

#include <cstdint>
#include <string>

#include "report/numbers.hpp"

namespace xmemory::magics
{
    // As under a cell: some bytes on one of Python's free lists are not worth a number.
    inline std::string kept_words(std::int64_t kept_bytes)
    {
        return kept_bytes <= 0 ? "nothing" : kept_bytes < 1000 ? "under 1\u00a0kB" : report::human_bytes(kept_bytes);
    }
}
