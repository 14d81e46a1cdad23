// What leads where in a heap graph: reach, shortest paths, and what nothing else holds. Reads the graph only; native memory. The GIL is
// needed no more than for the graph to stay true.
#pragma once

#include <cstdint>
#include <vector>

#include "cpython/heap_graph.hpp"

namespace xmemory::cpython
{
    using Number = HeapGraph::Number;
    using NodeSet = std::vector<bool>; // by node

    // Nodes that are equally near: in the order of the references that lead to them, or, where they are many, by number, which is the
    // order in which all that is known of them lies, and much faster.
    enum class EquallyNear { as_met, by_number };

    // Whom each node was reached from, along a shortest path; nearest first.
    struct Reached
    {
        LargeVector<Number> order;
        LargeVector<Number> from; // by node: 0 where it was not reached, itself for a start
    };

    // order from a place on, where that is much: by number.
    void sort_level(const HeapGraph& graph, LargeVector<Number>& order, std::size_t begin);

    // On from more starts: what was reached before stays as it is. enters(Number): whether a node that is met is part of it, and
    // looked into.
    template <typename Enters>
    void reach_on(const HeapGraph& graph, const std::vector<Number>& starts, EquallyNear order, Enters enters,
                  Reached& reached)
    {
        const auto meet = [&](Number node, Number from)
        {
            if (reached.from[node] == 0 && enters(node))
            {
                reached.from[node] = from;
                reached.order.push_back(node);
            }
        };
        std::size_t next = reached.order.size();
        for (const Number start : starts)
        {
            meet(start, start);
        }
        while (next < reached.order.size())
        {
            if (order == EquallyNear::by_number)
            {
                sort_level(graph, reached.order, next);
            }
            for (const std::size_t end = reached.order.size(); next < end; ++next)
            {
                const Number node = reached.order[next];
                for (const Number* target = graph.targets_begin(node); target != graph.targets_end(node); ++target)
                {
                    meet(*target, node);
                }
            }
        }
    }

    template <typename Enters>
    Reached reach(const HeapGraph& graph, const std::vector<Number>& starts, Enters enters,
                  EquallyNear order = EquallyNear::by_number)
    {
        Reached reached;
        reached.from.assign(graph.size() + 1, 0);
        reached.order.reserve(graph.size());
        reach_on(graph, starts, order, enters, reached);
        return reached;
    }

    // How many references each node has from the given ones.
    LargeVector<std::uint32_t> count_references(const HeapGraph& graph, const LargeVector<Number>& holders);

    // Of the nodes reached from tops, those that would go if nothing but the tops' own references held the tops: all to which no
    // path leads from outside, which a count of references above what the nodes reached account for tells of. our_own: references
    // that the caller has to each node of that number, or fewer numbers.
    NodeSet held_only_by(const HeapGraph& graph, const Reached& reached, const std::vector<Number>& tops,
                         const std::vector<std::uint32_t>& our_own);
}
