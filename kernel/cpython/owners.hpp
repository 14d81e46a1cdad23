// Which of several groups of references alone leads to each object: what would be freed if that group let go, for all groups in one
// walk. Reads the graph only; native memory.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "cpython/heap_reach.hpp"

namespace xmemory::cpython
{
    using Owner = std::uint32_t; // of a group: its place + 1
    inline constexpr Owner no_owner = 0;
    inline constexpr Owner several_owners = 0xFFFFFFFF;

    // others: what is held whatever the groups do; it belongs to the last owner, groups.size() + 1, and the groups' walks end there.
    // enters: whether the reference from one node to another is followed.
    std::vector<Owner> find_owners(const HeapGraph& graph, const std::vector<std::vector<Number>>& groups, const std::vector<Number>& others,
                                   const std::function<bool(Number from, Number to)>& enters);

    // Nodes that have more references than the nodes of the graph and the running frames account for: what C code holds.
    std::vector<Number> held_by_c_code(const HeapGraph& graph);
}
