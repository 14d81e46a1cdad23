#include "cpython/owners.hpp"

#include "cpython/thread_frames.h"

namespace xmemory::cpython
{
    namespace
    {
        class Owning
        {
        public:
            Owning(const HeapGraph& graph, const std::function<bool(Number, Number)>& enters)
                : graph_(graph), enters_(enters), owners_(graph.size() + 1, no_owner)
            {}

            // is_last: what it reaches stays its own, whoever comes later.
            void walk(const std::vector<Number>& starts, Owner owner, bool is_last)
            {
                is_last_ = is_last ? owner : is_last_;
                for (const Number start : starts)
                {
                    meet(start, owner);
                }
                while (!waiting_.empty())
                {
                    const Number node = waiting_.back();
                    waiting_.pop_back();
                    const Owner of_node = owners_[node];
                    for (const Number* target = graph_.targets_begin(node); target != graph_.targets_end(node); ++target)
                    {
                        const Owner there = owners_[*target];
                        if (there != of_node && there != several_owners && there != is_last_ && enters_(node, *target))
                        {
                            meet(*target, of_node);
                        }
                    }
                }
            }

            std::vector<Owner> take() { return std::move(owners_); }

        private:
            void meet(Number node, Owner owner)
            {
                Owner& there = owners_[node];
                if (there == owner || there == several_owners || (there != no_owner && there == is_last_))
                {
                    return;
                }
                there = there == no_owner ? owner : several_owners;
                waiting_.push_back(node);
            }

            const HeapGraph& graph_;
            const std::function<bool(Number, Number)>& enters_;
            std::vector<Owner> owners_;
            std::vector<Number> waiting_;
            Owner is_last_ = no_owner;
        };
    }

    std::vector<Owner> find_owners(const HeapGraph& graph, const std::vector<std::vector<Number>>& groups,
                                   const std::vector<Number>& others, const std::function<bool(Number, Number)>& enters)
    {
        Owning owning(graph, enters);
        owning.walk(others, static_cast<Owner>(groups.size() + 1), true);
        for (std::size_t group = 0; group < groups.size(); ++group)
        {
            owning.walk(groups[group], static_cast<Owner>(group + 1), false);
        }
        return owning.take();
    }

    std::vector<Number> held_by_c_code(const HeapGraph& graph)
    {
        LargeVector<std::uint32_t> counts(graph.size() + 1, 0);
        for (const Number target : graph.all_targets())
        {
            ++counts[target];
        }
        struct Context
        {
            const HeapGraph& graph;
            LargeVector<std::uint32_t>& counts;
        } context{graph, counts};
        xmemory_visit_frames(
            [](const xmemory_frame_reference* reference, void* with)
            {
                auto& [graph, counts] = *static_cast<Context*>(with);
                counts[graph.find(reference->object)] += reference->is_of_generator == 0; // whose object tells it too
                return 0;
            },
            &context);
        std::vector<Number> held;
        for (Number node = 1; node <= graph.size(); ++node)
        {
            if (graph.references(node) > static_cast<Py_ssize_t>(counts[node]))
            {
                held.push_back(node);
            }
        }
        return held;
    }
}
