// The learner's variables that hold most, each with a statement that lets go of it, and exactly of so much. On the thread that runs
// the cells, with the GIL, as the tutor.
#pragma once

#include <vector>

#include "report/at_limit.hpp"

namespace xmemory::magics
{
    // Largest first, of at least that many bytes. A variable whose value something else holds too is left out: deleting it would free
    // nothing. What only IPython holds beside it (Out, _, the last result) goes with %xdel.
    std::vector<report::Holder> largest_variables(std::int64_t at_least_bytes, std::size_t most);
}
