// Groups cycles that are alike, so that five thousand pairs of nodes are one picture. As the tutor; see cpython/unreachable.hpp for when.
#pragma once

#include <vector>

#include "cpython/cycles.hpp"
#include "cpython/dying.hpp"
#include "magics/gc_story.hpp"

namespace xmemory::magics
{
    struct GroupedCycles
    {
        std::vector<CyclesAlike> groups;     // most bytes first
        std::vector<std::uint32_t> group_of; // by cycle
    };
    GroupedCycles group_cycles(const cpython::Unreachable& unreachable, const cpython::Holdings& holdings,
                               const cpython::Cycles& cycles, const cpython::Dying& dying);
}
