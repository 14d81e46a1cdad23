// What %memory pools reads, all of one moment: the pools, what holds arenas back, and malloc beside them. On the thread that runs
// the cells, with the GIL, as the tutor; nothing is made in Python's heap.
#pragma once

#include <vector>

#include "core/ledger.hpp"
#include "core/zone.hpp"
#include "cpython/held_back.hpp"
#include "cpython/pymalloc.hpp"
#include "magics/command.hpp"
#include "magics/malloc_state.hpp"

namespace xmemory::magics
{
    struct PoolsReading
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

    // progress is told before, where it may take over two seconds: in the middle it would move the heap. Throws
    // pybind11::error_already_set when interrupted.
    PoolsReading read_for_report(const Progress& progress);

    nlohmann::json to_json(const PoolsReading& reading);
}
