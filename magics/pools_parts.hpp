// The parts of %memory pools' reports: squares and tables, made of what was read before. No Python; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/ledger.hpp"
#include "core/zone.hpp"
#include "cpython/held_back.hpp"
#include "cpython/pymalloc.hpp"
#include "magics/malloc_state.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    struct PoolsReading // all of one moment
    {
        std::vector<cpython::pymalloc::Arena> arenas;
        cpython::pymalloc::PoolSums sums;
        cpython::pymalloc::Rounding rounding;
        cpython::HeldBack held_back;
        core::zone::Counts counts;
        MallocState malloc;
        core::Amount python_large; // in use
        core::Amount native;       // likewise

        std::int64_t rounding_bytes() const;
    };

    // "1 arena", "3 arenas"
    std::string number_of(std::int64_t number, const std::string& noun);
    // "3 arenas (3.15 MB)"
    std::string arenas_in_words(std::int64_t arenas);
    // "[3]", "earlier cells", "code of [3]", "kernel"
    std::string maker_in_words(core::MakerId maker);

    // The arenas, a row each; those past the first 32 in a part that unfolds, and those past 256 as one sentence.
    std::vector<report::Part> squares_of(const PoolsReading& reading);
    report::Table classes_of(const PoolsReading& reading);
    report::Table totals_of(const PoolsReading& reading);
    // What keeps arenas back; nothing where none is.
    std::vector<report::Part> held_back_of(const PoolsReading& reading);
    report::Table malloc_of(const PoolsReading& reading);

    nlohmann::json to_json(const PoolsReading& reading);
}
