#include "cpython/holder_search.hpp"

#include <algorithm>

namespace xmemory::cpython
{
    namespace
    {
        constexpr int most_steps = 12;

        class Search
        {
        public:
            Search(const HeapGraph& graph, const HolderPaths& paths, std::size_t most) : graph_(graph), paths_(paths), most_(most) {}

            HolderSearch run(Number object)
            {
                is_between_.assign(graph_.size() + 1, 0);
                add_between(object, 0);
                for (int step = 0; step < most_steps && !next_.empty(); ++step)
                {
                    std::vector<Number> asked;
                    asked.swap(next_);
                    look_at(asked);
                }
                return std::move(found_);
            }

        private:
            void add_between(Number node, Number toward)
            {
                if (is_between_[node] == 0)
                {
                    is_between_[node] = 1;
                    found_.between.push_back(node);
                    found_.toward[node] = toward;
                    found_.counted[node] = 0;
                    next_.push_back(node);
                }
            }

            // One pass over all references: who holds one of those that are asked about.
            std::vector<HeldBy> holders_of(const std::vector<Number>& asked)
            {
                std::vector<std::uint8_t> is_asked(graph_.size() + 1, 0);
                for (const Number node : asked)
                {
                    is_asked[node] = 1;
                }
                std::vector<HeldBy> holders;
                std::unordered_map<Number, std::uint32_t> of_this;
                for (Number node = 1; node <= graph_.size(); ++node)
                {
                    const Number* end = graph_.targets_end(node);
                    for (const Number* target = graph_.targets_begin(node); target != end; ++target)
                    {
                        if (is_asked[*target] != 0)
                        {
                            ++of_this[*target];
                        }
                    }
                    if (!of_this.empty())
                    {
                        add_holder(node, of_this, holders);
                        of_this.clear();
                    }
                }
                return holders;
            }

            // What IPython's names and records have is asked for one by one.
            void add_holder(Number node, const std::unordered_map<Number, std::uint32_t>& of_this, std::vector<HeldBy>& holders)
            {
                const bool one_by_one = paths_.is_notebook(node) || paths_.keeps_outputs(node);
                HeldBy all{node, {}, 0, {}, {}};
                for (const auto& [held, references] : of_this)
                {
                    found_.counted[held] += references;
                    all.held.push_back(held);
                    all.references += references;
                    if (one_by_one)
                    {
                        keep({node, {held}, references, {}, {}}, holders);
                    }
                }
                std::sort(all.held.begin(), all.held.end());
                if (!one_by_one)
                {
                    keep(std::move(all), holders);
                }
            }

            void keep(HeldBy one, std::vector<HeldBy>& holders)
            {
                if (holders.size() < most_kept)
                {
                    holders.push_back(std::move(one));
                }
                else
                {
                    ++found_.not_looked_at;
                }
            }

            // As the paths to them come: shortest first, those to which none leads at last.
            void sort_by_nearness(std::vector<HeldBy>& holders) const
            {
                std::vector<std::uint8_t> is_holder(graph_.size() + 1, 0);
                std::unordered_map<Number, std::size_t> place;
                const auto& order = paths_.nearest_first();
                for (const HeldBy& one : holders)
                {
                    is_holder[one.holder] = 1;
                    place.emplace(one.holder, order.size());
                }
                for (std::size_t index = 0; index < order.size(); ++index)
                {
                    if (is_holder[order[index]] != 0)
                    {
                        place[order[index]] = index;
                    }
                }
                std::stable_sort(holders.begin(), holders.end(), [&](const HeldBy& one, const HeldBy& other)
                                 { return place[one.holder] < place[other.holder]; });
            }

            void look_at(const std::vector<Number>& asked)
            {
                std::vector<HeldBy> holders = holders_of(asked);
                sort_by_nearness(holders);
                std::size_t looked_at = 0;
                for (HeldBy& one : holders)
                {
                    if (!paths_.is_reached(one.holder))
                    {
                        if (is_between_[one.holder] == 0 || one.holder == found_.between[0])
                        {
                            found_.loose.push_back(std::move(one));
                        }
                    }
                    else if (looked_at++ < most_)
                    {
                        take(one);
                    }
                    else
                    {
                        ++found_.not_looked_at;
                    }
                }
            }

            void take(HeldBy& one)
            {
                one.path = paths_.path_to(one.holder);
                one.cut = cut_of(graph_, paths_, one.path, one.holder, one.held, one.references);
                if (one.cut || paths_.is_namespace(one.holder) || paths_.keeps_outputs(one.holder))
                {
                    found_.let_go.push_back(std::move(one));
                }
                else
                {
                    add_between(one.holder, one.held[0]);
                }
            }

            static constexpr std::size_t most_kept = 100'000;

            const HeapGraph& graph_;
            const HolderPaths& paths_;
            std::size_t most_;
            std::vector<std::uint8_t> is_between_;
            std::vector<Number> next_;
            HolderSearch found_;
        };
    }

    HolderSearch search_holders(const HeapGraph& graph, const HolderPaths& paths, Number object, std::size_t most)
    {
        return Search(graph, paths, most).run(object);
    }
}
