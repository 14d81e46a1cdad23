// Against the direction of references: from an object to those that could let go of it, through those that could not. See holders.hpp.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "cpython/holder_cuts.hpp"
#include "cpython/holder_paths.hpp"

namespace xmemory::cpython
{
    // One reference, or several of one holder.
    struct HeldBy
    {
        Number holder = 0;
        std::vector<Number> held; // the object, or what holds it on the way
        std::uint32_t references = 0;
        HolderPath path; // to the holder
        std::optional<Cut> cut;
    };

    struct HolderSearch
    {
        std::vector<HeldBy> let_go;        // those that can, nearest first
        std::vector<HeldBy> loose;         // of the first step: to which no path leads but through the object
        std::vector<Number> between;       // the object, and all that can only go themselves
        std::unordered_map<Number, Number> toward; // of these: the next one to the object
        std::unordered_map<Number, std::int64_t> counted; // of these: references from objects
        std::int64_t not_looked_at = 0;
    };

    // most: as many holders are looked at in each step, the nearest ones.
    HolderSearch search_holders(const HeapGraph& graph, const HolderPaths& paths, Number object, std::size_t most);
}
