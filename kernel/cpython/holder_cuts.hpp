// What one types so that a holder lets go of an object: the statement for one reference. Reads only, runs no code. With the GIL; nothing
// may be allocated in Python's heap meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cpython/holder_paths.hpp"

namespace xmemory::cpython
{
    struct Cut
    {
        std::string statement; // without what has to be imported
        std::string import;    // a module, or ""
    };

    // path: to the holder. references: how many it has to the held objects, all of which it lets go of. Nothing where it has to go itself before it lets go (a tuple, a
    // closure's cell, a frame), or where it cannot be typed; then its own holders are asked.
    std::optional<Cut> cut_of(const HeapGraph& graph, const HolderPaths& paths, const HolderPath& path, Number holder,
                              const std::vector<Number>& held, std::uint32_t references);

    // "import sys; sys.last_traceback = None"
    std::string statement_of(const Cut& cut);
}
