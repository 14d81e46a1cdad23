// The words and pictures of %memory pools: the arenas as squares, and what holds arenas back. No Python; makers are read on the
// thread that runs the cells.
#pragma once

#include <string>
#include <vector>

#include "magics/pools_reading.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    // "1 arena", "3 arenas"
    std::string number_of(std::int64_t number, const std::string& noun);
    // "3 arenas (3.15 MB)"
    std::string arenas_in_words(std::int64_t arenas);
    // "[3]", "earlier cells", "code of [3]", "kernel"
    std::string maker_in_words(core::MakerId maker);

    // The arenas, a row each; those past the first 32 in a part that unfolds, and those past 256 as one sentence.
    std::vector<report::Part> squares_of(const PoolsReading& reading);
    // What keeps arenas back; nothing where none is.
    std::vector<report::Part> held_back_of(const PoolsReading& reading);
}
