// Groups cycles that are alike, so that five thousand pairs of nodes are one picture. As the tutor; see cpython/unreachable.hpp for when.
#pragma once

#include <vector>

#include "cpython/cycles.hpp"
#include "cpython/dying.hpp"
#include "magics/gc_story.hpp"

namespace xmemory::magics
{
    // Most bytes first.
    std::vector<CyclesAlike> group_cycles(const cpython::Unreachable& unreachable, const cpython::Holdings& holdings,
                                          const cpython::Cycles& cycles, const cpython::Dying& dying);
}
