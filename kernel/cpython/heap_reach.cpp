#include "cpython/heap_reach.hpp"

namespace xmemory::cpython
{
    Reached reach(const HeapGraph& graph, const std::vector<Number>& starts, const std::function<bool(Number)>& enters)
    {
        Reached reached;
        reached.from.assign(graph.size() + 1, 0);
        reach_on(graph, starts, enters, reached);
        return reached;
    }

    void reach_on(const HeapGraph& graph, const std::vector<Number>& starts, const std::function<bool(Number)>& enters,
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
        for (; next < reached.order.size(); ++next)
        {
            const Number node = reached.order[next];
            for (const Number* target = graph.targets_begin(node); target != graph.targets_end(node); ++target)
            {
                meet(*target, node);
            }
        }
    }

    std::vector<std::uint32_t> count_references(const HeapGraph& graph, const std::vector<Number>& holders)
    {
        std::vector<std::uint32_t> counts(graph.size() + 1, 0);
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
        const std::vector<std::uint32_t> counts = count_references(graph, reached.order);
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
