#include "magics/object_sizes.hpp"

#include <algorithm>
#include <map>

#include "magics/heap_walk.hpp"
#include "magics/size_parts.hpp"

namespace xmemory::magics
{
    namespace
    {
        using cpython::BytesByOrigin;
        using cpython::HeapGraph;
        using cpython::NodeSet;
        using cpython::Number;
        using cpython::Reached;

        std::unique_ptr<HeapGraph> read_graph(const std::vector<NamedValue>& values, const Progress& progress)
        {
            std::vector<PyObject*> objects;
            for (const NamedValue& value : values)
            {
                objects.push_back(value.value.ptr());
            }
            const std::vector<PyObject*> boundaries = namespaces();
            return walk_heap("Following what they hold", progress,
                             [&](const std::function<bool()>& keep_going)
                             {
                                 auto graph = std::make_unique<HeapGraph>();
                                 return graph->read_from(objects, boundaries, keep_going) ? std::move(graph) : nullptr;
                             });
        }

        void add(TypeSize& sum, const TypeSize& other)
        {
            sum.objects += other.objects;
            sum.bytes += other.bytes;
            sum.exclusive_bytes += other.exclusive_bytes;
        }

        class Measuring
        {
        public:
            Measuring(const std::vector<NamedValue>& values, const HeapGraph& graph) : values_(values), graph_(graph)
            {
                for (const NamedValue& value : values)
                {
                    const Number node = graph.find(value.value.ptr());
                    tops_.push_back(node);
                    our_own_.resize(std::max<std::size_t>(our_own_.size(), node + 1));
                    ++our_own_[node];
                }
            }

            ObjectSizes measure()
            {
                ObjectSizes sizes;
                cpython::LargeVector<std::uint8_t> times(values_.size() > 1 ? graph_.size() + 1 : 0, 0);
                for (std::size_t index = 0; index < values_.size(); ++index)
                {
                    const Reached reached = reach_from({tops_[index]});
                    sizes.each.push_back(size_of(index, reached));
                    if (values_.size() > 1)
                    {
                        count_times(reached, times);
                    }
                }
                if (sizes.each.size() == 1)
                {
                    sizes.together_bytes = cpython::sum_of(sizes.each[0].deep);
                    sizes.together_exclusive_bytes = sizes.each[0].exclusive_bytes;
                    return sizes;
                }
                const Reached all = reach_from(tops_);
                const NodeSet only = cpython::held_only_by(graph_, all, tops_, our_own_);
                for (const Number node : all.order)
                {
                    const std::int64_t bytes = graph_.bytes(node);
                    sizes.together_bytes += bytes;
                    sizes.together_exclusive_bytes += only[node] ? bytes : 0;
                    sizes.overlap_bytes += times[node] > 1 ? bytes : 0;
                }
                return sizes;
            }

        private:
            static void count_times(const Reached& reached, cpython::LargeVector<std::uint8_t>& times)
            {
                for (const Number node : reached.order)
                {
                    times[node] = static_cast<std::uint8_t>(std::min(times[node] + 1, 2));
                }
            }

            // Classes, modules and namespaces are no part of what refers to them, unless they are asked about.
            Reached reach_from(const std::vector<Number>& starts) const
            {
                return cpython::reach(graph_, starts,
                                      [&](Number node)
                                      {
                                          return (!graph_.is_boundary(node) && !graph_.is_class_or_module(node)) ||
                                                 std::find(starts.begin(), starts.end(), node) != starts.end();
                                      });
            }

            ObjectSize size_of(std::size_t index, const Reached& reached) const
            {
                const Number top = tops_[index];
                ObjectSize size;
                size.label = values_[index].label;
                size.type = Py_TYPE(values_[index].value.ptr())->tp_name;
                size.shallow = graph_.bytes_by_origin(top);
                size.objects = static_cast<std::int64_t>(reached.order.size());
                const NodeSet only = cpython::held_only_by(graph_, reached, {top}, our_own_);
                std::vector<TypeSize> by_number(graph_.types().all().size() + 1); // the last of tables of attribute names
                for (const Number node : reached.order)
                {
                    const BytesByOrigin bytes = graph_.bytes_by_origin(node);
                    const std::int64_t sum = cpython::sum_of(bytes);
                    for (std::size_t origin = 0; origin < bytes.size(); ++origin)
                    {
                        size.deep[origin] += bytes[origin];
                    }
                    size.exclusive_bytes += only[node] ? sum : 0;
                    TypeSize& of_type = by_number[std::min<std::size_t>(graph_.type_number(node), by_number.size() - 1)];
                    ++of_type.objects;
                    of_type.bytes += sum;
                    of_type.exclusive_bytes += only[node] ? sum : 0;
                }
                std::map<std::string, TypeSize> by_name; // several types may have one
                for (std::size_t number = 0; number < by_number.size(); ++number)
                {
                    if (by_number[number].objects > 0)
                    {
                        const bool is_last = number + 1 == by_number.size();
                        add(by_name[is_last ? "tables of attribute names" : graph_.types().all()[number].type->tp_name],
                            by_number[number]);
                    }
                }
                for (auto& [name, of_type] : by_name)
                {
                    of_type.type = name;
                    size.types.push_back(of_type);
                }
                std::stable_sort(size.types.begin(), size.types.end(),
                                 [](const TypeSize& left, const TypeSize& right) { return left.bytes > right.bytes; });
                const SizeTree tree(graph_, reached);
                size.parts = tree.parts_of(top);
                size.path = tree.largest_path(top);
                return size;
            }

            const std::vector<NamedValue>& values_;
            const HeapGraph& graph_;
            std::vector<Number> tops_;
            std::vector<std::uint32_t> our_own_;
        };
    }

    ObjectSizes measure_sizes(const std::vector<NamedValue>& values, const Progress& progress)
    {
        const auto graph = read_graph(values, progress);
        return Measuring(values, *graph).measure();
    }
}
