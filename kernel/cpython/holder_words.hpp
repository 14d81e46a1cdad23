// What a path to an object is, in a clause that people read: a closure, a default argument, a cache … Reads only, runs no code. With the
// GIL; nothing may be allocated in Python's heap meanwhile.
#pragma once

#include <string>

#include "cpython/holder_paths.hpp"
#include "cpython/holders.hpp"

namespace xmemory::cpython
{
    struct HolderClause
    {
        Holder::Kind kind = Holder::Kind::variable;
        std::string words;
    };

    // path: to the object itself.
    HolderClause clause_of(const HeapGraph& graph, const HolderPaths& paths, const HolderPath& path);
    // Of an object that a running function has as a local variable.
    HolderClause clause_of(const RunningLocal& local);
}
