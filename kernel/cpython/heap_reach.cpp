#include "cpython/heap_reach.hpp"

#include <algorithm>

#include "cpython/bits.hpp"

namespace xmemory::cpython
{
    void sort_level(const HeapGraph& graph, LargeVector<Number>& order, std::size_t begin)
    {
        constexpr std::size_t worth_an_order = 4096;
        const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
        if (order.size() - begin < worth_an_order || std::is_sorted(first, order.end()))
        {
            return;
        }
        std::vector<std::uint64_t> bits(graph.size() / 64 + 1);
        for (auto node = first; node != order.end(); ++node)
        {
            bits[*node / 64] |= std::uint64_t{1} << *node % 64;
        }
        auto place = first;
        for_each_bit(bits.data(), bits.size(), [&](std::size_t node) { *place++ = static_cast<Number>(node); });
    }

    LargeVector<std::uint32_t> count_references(const HeapGraph& graph, const LargeVector<Number>& holders)
    {
        LargeVector<std::uint32_t> counts(graph.size() + 1, 0);
        for (const Number holder : holders)
        {
            for (const Number* target = graph.targets_begin(holder); target != graph.targets_end(holder); ++target)
            {
                ++counts[*target];
            }
        }
        return counts;
    }

    NodeSet held_only_by(const HeapGraph& graph, const Reached& reached, const std::vector<Number>& tops,
                         const std::vector<std::uint32_t>& our_own)
    {
        NodeSet only(graph.size() + 1, false);
        for (const Number node : reached.order)
        {
            only[node] = true;
        }
        const LargeVector<std::uint32_t> counts = count_references(graph, reached.order);
        NodeSet is_top(graph.size() + 1, false);
        for (const Number top : tops)
        {
            is_top[top] = true;
        }
        std::vector<Number> waiting;
        const auto hold = [&](Number node)
        {
            if (only[node] && !is_top[node])
            {
                only[node] = false;
                waiting.push_back(node);
            }
        };
        for (const Number node : reached.order)
        {
            const std::uint32_t ours = node < our_own.size() ? our_own[node] : 0;
            if (graph.references(node) > static_cast<Py_ssize_t>(counts[node]) + ours)
            {
                hold(node);
            }
        }
        while (!waiting.empty())
        {
            const Number node = waiting.back();
            waiting.pop_back();
            for (const Number* target = graph.targets_begin(node); target != graph.targets_end(node); ++target)
            {
                hold(*target);
            }
        }
        return only;
    }
}
