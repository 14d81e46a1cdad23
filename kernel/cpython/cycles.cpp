#include "cpython/cycles.hpp"

#include <algorithm>

namespace xmemory::cpython
{
    namespace
    {
        struct Collector
        {
            const Unreachable& unreachable;
            std::vector<std::uint32_t>& targets;
        };

        int add_target(PyObject* target, void* context)
        {
            const auto* collector = static_cast<Collector*>(context);
            const std::uint32_t number = collector->unreachable.numbers.find(target);
            const std::uint32_t place =
                number <= collector->unreachable.looked_at ? collector->unreachable.place_of[number] : 0;
            if (place != 0)
            {
                collector->targets.push_back(place - 1);
            }
            return 0;
        }

        // Tarjan's algorithm with a stack of its own.
        class Components
        {
        public:
            explicit Components(const Holdings& holdings)
                : holdings_(holdings), order_(holdings.first.size() - 1), low_(order_.size()), open_(order_.size())
            {
                cycles_.of.assign(order_.size(), Cycles::none);
            }

            Cycles find()
            {
                for (std::uint32_t place = 0; place < order_.size(); ++place)
                {
                    if (order_[place] == 0)
                    {
                        visit_from(place);
                    }
                }
                return std::move(cycles_);
            }

        private:
            struct Frame
            {
                std::uint32_t place;
                std::uint32_t next; // of holdings_.targets
            };

            void enter(std::uint32_t place)
            {
                order_[place] = low_[place] = ++last_order_;
                open_[place] = true;
                component_.push_back(place);
                path_.push_back({place, holdings_.first[place]});
            }

            void visit_from(std::uint32_t start)
            {
                enter(start);
                while (!path_.empty())
                {
                    Frame& frame = path_.back();
                    const std::uint32_t place = frame.place;
                    if (frame.next < holdings_.first[place + 1])
                    {
                        const std::uint32_t target = holdings_.targets[frame.next++];
                        if (order_[target] == 0)
                        {
                            enter(target);
                        }
                        else if (open_[target])
                        {
                            low_[place] = std::min(low_[place], order_[target]);
                        }
                        continue;
                    }
                    path_.pop_back();
                    if (!path_.empty())
                    {
                        low_[path_.back().place] = std::min(low_[path_.back().place], low_[place]);
                    }
                    if (low_[place] == order_[place])
                    {
                        close(place);
                    }
                }
            }

            bool holds_itself(std::uint32_t place) const
            {
                const auto begin = holdings_.targets.begin();
                return std::find(begin + holdings_.first[place], begin + holdings_.first[place + 1], place) !=
                       begin + holdings_.first[place + 1];
            }

            // The component whose first object is place lies on top of the stack.
            void close(std::uint32_t place)
            {
                const auto bottom = std::find(component_.rbegin(), component_.rend(), place).base() - 1;
                const bool is_cycle = component_.end() - bottom > 1 || holds_itself(place);
                for (auto member = bottom; member != component_.end(); ++member)
                {
                    open_[*member] = false;
                    cycles_.of[*member] = is_cycle ? static_cast<std::uint32_t>(cycles_.members.size()) : Cycles::none;
                }
                if (is_cycle)
                {
                    cycles_.members.emplace_back(bottom, component_.end());
                    std::sort(cycles_.members.back().begin(), cycles_.members.back().end());
                }
                component_.erase(bottom, component_.end());
            }

            const Holdings& holdings_;
            std::vector<std::uint32_t> order_; // 0: not visited
            std::vector<std::uint32_t> low_;
            std::vector<bool> open_;
            std::vector<std::uint32_t> component_;
            std::vector<Frame> path_;
            std::uint32_t last_order_ = 0;
            Cycles cycles_;
        };
    }

    Holdings find_holdings(const Unreachable& unreachable)
    {
        Holdings holdings;
        holdings.first.reserve(unreachable.objects.size() + 1);
        Collector collector{unreachable, holdings.targets};
        for (PyObject* object : unreachable.objects)
        {
            holdings.first.push_back(static_cast<std::uint32_t>(holdings.targets.size()));
            Py_TYPE(object)->tp_traverse(object, add_target, &collector);
        }
        holdings.first.push_back(static_cast<std::uint32_t>(holdings.targets.size()));
        return holdings;
    }

    Cycles find_cycles(const Holdings& holdings) { return Components(holdings).find(); }

    RingFinder::RingFinder(const Holdings& holdings, const Cycles& cycles)
        : holdings_(holdings), cycles_(cycles), from_(cycles.of.size(), 0)
    {}

    // Breadth first from the oldest member until something holds it.
    std::vector<std::uint32_t> RingFinder::ring_of(std::uint32_t cycle)
    {
        const std::uint32_t start = cycles_.members[cycle].front();
        waiting_.assign(1, start);
        std::uint32_t last = Cycles::none;
        for (std::size_t next = 0; next < waiting_.size() && last == Cycles::none; ++next)
        {
            const std::uint32_t place = waiting_[next];
            for (std::uint32_t at = holdings_.first[place]; at < holdings_.first[place + 1]; ++at)
            {
                const std::uint32_t target = holdings_.targets[at];
                if (target == start)
                {
                    last = place;
                    break;
                }
                if (cycles_.of[target] == cycle && from_[target] == 0)
                {
                    from_[target] = place + 1;
                    waiting_.push_back(target);
                }
            }
        }
        std::vector<std::uint32_t> ring;
        for (std::uint32_t place = last; place != start && place != Cycles::none; place = from_[place] - 1)
        {
            ring.push_back(place);
        }
        ring.push_back(start);
        std::reverse(ring.begin(), ring.end());
        for (const std::uint32_t place : waiting_)
        {
            from_[place] = 0;
        }
        return ring;
    }
}
