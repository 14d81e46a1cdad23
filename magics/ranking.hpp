// What would be freed if each of the notebook's variables went, for all of them in one walk over the heap; beside them what Out and _
// hold, the last traceback, what several share, and the rest. On the thread that runs the cells, with the GIL, as the tutor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cpython/heap_graph.hpp"
#include "magics/command.hpp"

namespace xmemory::magics
{
    struct Held
    {
        std::int64_t objects = 0;
        cpython::BytesByOrigin bytes{};
    };

    // One object that the notebook has a name for, or several.
    struct RankedVariable
    {
        std::vector<std::string> names; // first the learner's, then those that IPython gave: Out[5], _5
        bool is_output = false;         // IPython's only
        std::string type;
        std::string lets_go; // of all of them
        Held only;           // what nothing else leads to
    };

    struct Ranking
    {
        std::vector<RankedVariable> variables; // most bytes first
        Held last_traceback;
        Held shared; // what several of these lead to
        Held others; // modules, the kernel, and what runs
    };

    Ranking rank_variables(const Progress& progress);
}
