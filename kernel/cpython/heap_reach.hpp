// What leads where in a heap graph: reach, shortest paths, and what nothing else holds. Reads the graph only; native memory. The GIL is
// needed no more than for the graph to stay true.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "cpython/heap_graph.hpp"

namespace xmemory::cpython
{
    using Number = HeapGraph::Number;
    using NodeSet = std::vector<bool>; // by node

    // Whom each node was reached from, along a shortest path; in the order in which they were reached.
    struct Reached
    {
        std::vector<Number> order;
        std::vector<Number> from; // by node: 0 where it was not reached, itself for a start
    };
    // enters: whether a node that is met is part of it, and looked into.
    Reached reach(const HeapGraph& graph, const std::vector<Number>& starts,
                  const std::function<bool(Number node)>& enters);

    // On from more starts: what was reached before stays as it is.
    void reach_on(const HeapGraph& graph, const std::vector<Number>& starts,
                  const std::function<bool(Number node)>& enters, Reached& reached);

    // How many references each node has from the given ones.
    std::vector<std::uint32_t> count_references(const HeapGraph& graph, const std::vector<Number>& holders);

    // Of the nodes reached from tops, those that would go if nothing but the tops' own references held the tops: all to which no
    // path leads from outside, which a count of references above what the nodes reached account for tells of. our_own: references
    // that the caller has to each node of that number, or fewer numbers.
    NodeSet held_only_by(const HeapGraph& graph, const Reached& reached, const std::vector<Number>& tops,
                         const std::vector<std::uint32_t>& our_own);
}
