#include "magics/size_parts.hpp"

#include <algorithm>
#include <cstring>

#include "cpython/reference_words.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using cpython::BytesByOrigin;
        using cpython::Number;
        using cpython::Reference;

        constexpr std::size_t most_parts = 10;
        constexpr std::size_t longest_path = 6;
        constexpr Py_ssize_t most_single_elements = 20; // more are told by range

        // Of what is told by ranges of elements, how many there are; 0 for all else.
        Py_ssize_t elements_of(PyObject* object)
        {
            switch (cpython::layout_of(Py_TYPE(object)))
            {
            case cpython::Layout::list:
            case cpython::Layout::tuple:
            case cpython::Layout::deque:
                return Py_SIZE(object);
            case cpython::Layout::numpy_array:
            {
                const auto* array = reinterpret_cast<const cpython::NumpyArray*>(object);
                return array->owns_data() && array->has_objects() ? static_cast<Py_ssize_t>(array->size()) : 0;
            }
            default:
                return 0;
            }
        }

        // Where they stand one after another.
        PyObject* const* items_of(PyObject* object)
        {
            return PyList_Check(object) ? reinterpret_cast<PyListObject*>(object)->ob_item : nullptr;
        }

        void add(PartSize& sum, const PartSize& part)
        {
            sum.objects += part.objects;
            for (std::size_t origin = 0; origin < part.bytes.size(); ++origin)
            {
                sum.bytes[origin] += part.bytes[origin];
            }
        }
    }

    SizeTree::SizeTree(const cpython::HeapGraph& graph, const cpython::Reached& reached)
        : graph_(graph), reached_(reached), bytes_(graph.size() + 1), objects_(graph.size() + 1)
    {
        for (auto node = reached.order.rbegin(); node != reached.order.rend(); ++node)
        {
            const BytesByOrigin own = graph.bytes_by_origin(*node);
            const Number from = reached.from[*node];
            ++objects_[*node];
            for (std::size_t origin = 0; origin < own.size(); ++origin)
            {
                bytes_[*node][origin] += own[origin];
                bytes_[from][origin] += from == *node ? 0 : bytes_[*node][origin];
            }
            objects_[from] += from == *node ? 0 : objects_[*node];
        }
    }

    // Each node below is visited once, at the first reference that tells it. Of an instance's dict, and of a cell in a closure, the
    // contents are visited and not the dict: people write x.name.
    template <typename Visit>
    void SizeTree::for_each_part(Number node, Visit visit) const
    {
        constexpr Py_ssize_t elements_ahead = 16; // whose numbers are on their way from memory
        PyObject* const* items = items_of(graph_.object(node));
        const Py_ssize_t elements = elements_of(graph_.object(node));
        cpython::NodeSet told(graph_.size() + 1);
        const auto is_new = [&](Number target)
        {
            const bool was_told = told[target];
            told[target] = true;
            return !was_told;
        };
        cpython::visit_named_references(
            graph_.object(node),
            [&](const Reference& reference)
            {
                if (reference.kind == Reference::Kind::element && items != nullptr &&
                    reference.index + elements_ahead < elements)
                {
                    graph_.fetch_number(items[reference.index + elements_ahead]);
                }
                const Number target = graph_.find(reference.target);
                if (target == 0 || target == node || reached_.from[target] != node || !is_new(target))
                {
                    return true;
                }
                const bool is_dict = reference.kind == Reference::Kind::part && std::strcmp(reference.word, "__dict__") == 0;
                if (!is_dict)
                {
                    visit(Part{reference, "", target});
                    return true;
                }
                cpython::visit_named_references(reference.target,
                                                [&](Reference entry)
                                                {
                                                    const Number below = graph_.find(entry.target);
                                                    if (below != 0 && reached_.from[below] == target && is_new(below))
                                                    {
                                                        entry.kind = entry.kind == Reference::Kind::value
                                                                         ? Reference::Kind::attribute
                                                                         : entry.kind;
                                                        visit(Part{entry, "", below});
                                                    }
                                                    return true;
                                                });
                return true;
            });
    }

    PartSize SizeTree::size_of(const Part& part) const
    {
        return {part.prefix + cpython::words_of(part.reference), objects_[part.node], bytes_[part.node]};
    }

    std::vector<PartSize> SizeTree::ranges_of(Number node, Py_ssize_t elements) const
    {
        const auto ranges = static_cast<Py_ssize_t>(most_parts);
        std::vector<PartSize> sizes(most_parts);
        std::vector<PartSize> others; // the attributes of a list's subclass, an array's dtype
        for (Py_ssize_t range = 0; range < ranges; ++range)
        {
            sizes[static_cast<std::size_t>(range)].label =
                "[" + report::count(elements * range / ranges) + ":" + report::count(elements * (range + 1) / ranges) + "]";
        }
        for_each_part(node,
                      [&](const Part& part)
                      {
                          if (part.reference.kind != Reference::Kind::element)
                          {
                              others.push_back(size_of(part));
                              return;
                          }
                          const Py_ssize_t index = part.reference.index;
                          add(sizes[static_cast<std::size_t>(std::min(index * ranges / elements, ranges - 1))],
                              {"", objects_[part.node], bytes_[part.node]});
                      });
        for (const PartSize& other : others)
        {
            if (cpython::sum_of(other.bytes) > 0)
            {
                sizes.push_back(other);
            }
        }
        // Largest first, and in their order where a bar would show no difference.
        std::int64_t largest = 20;
        for (const PartSize& size : sizes)
        {
            largest = std::max(largest, cpython::sum_of(size.bytes));
        }
        std::stable_sort(
            sizes.begin(), sizes.end(),
            [&](const PartSize& left, const PartSize& right)
            { return cpython::sum_of(left.bytes) / (largest / 20) > cpython::sum_of(right.bytes) / (largest / 20); });
        return sizes;
    }

    std::vector<PartSize> SizeTree::parts_of(Number node) const
    {
        if (graph_.is_key_table(node))
        {
            return {};
        }
        if (const Py_ssize_t elements = elements_of(graph_.object(node)); elements > most_single_elements)
        {
            return ranges_of(node, elements);
        }
        // Only the largest are named: a label for each key of a large dict would cost more than the walk.
        std::vector<Part> parts;
        PartSize keys, members;
        for_each_part(node,
                      [&](const Part& part)
                      {
                          const Reference::Kind kind = part.reference.kind;
                          if (kind != Reference::Kind::key && kind != Reference::Kind::member)
                          {
                              parts.push_back(part);
                              return;
                          }
                          PartSize& sum = kind == Reference::Kind::key ? keys : members;
                          sum.label = kind == Reference::Kind::key ? "its keys" : "its members";
                          add(sum, {"", objects_[part.node], bytes_[part.node]});
                      });
        const auto first_small = parts.begin() + static_cast<std::ptrdiff_t>(std::min(parts.size(), most_parts));
        std::partial_sort(parts.begin(), first_small, parts.end(),
                          [&](const Part& left, const Part& right)
                          { return cpython::sum_of(bytes_[left.node]) > cpython::sum_of(bytes_[right.node]); });
        std::vector<PartSize> sizes;
        for (auto part = parts.begin(); part != first_small; ++part)
        {
            sizes.push_back(size_of(*part));
        }
        for (const PartSize& sum : {keys, members})
        {
            const auto place =
                std::find_if(sizes.begin(), sizes.end(),
                             [&](const PartSize& size) { return cpython::sum_of(size.bytes) < cpython::sum_of(sum.bytes); });
            sum.objects > 0 ? void(sizes.insert(place, sum)) : void();
        }
        if (first_small != parts.end())
        {
            PartSize rest;
            rest.label = "and " + report::count(parts.end() - first_small) + " more";
            for (auto part = first_small; part != parts.end(); ++part)
            {
                add(rest, {"", objects_[part->node], bytes_[part->node]});
            }
            sizes.push_back(rest);
        }
        return sizes;
    }

    // Told by numbers alone: most nodes with many parts have none, and names take long to find.
    bool SizeTree::has_one_large_part(Number node) const
    {
        return std::any_of(graph_.targets_begin(node), graph_.targets_end(node),
                           [&](Number target)
                           { return reached_.from[target] == node && target != node && is_most_of(target, node); });
    }

    std::vector<PartSize> SizeTree::largest_path(Number node) const
    {
        std::vector<PartSize> path;
        std::string prefix;
        while (path.size() < longest_path && !graph_.is_key_table(node) && has_one_large_part(node))
        {
            Part largest;
            for_each_part(node,
                          [&](const Part& part)
                          {
                              if (largest.node == 0 ||
                                  cpython::sum_of(bytes_[part.node]) > cpython::sum_of(bytes_[largest.node]))
                              {
                                  largest = part;
                              }
                          });
            if (largest.node == 0 || !is_most_of(largest.node, node))
            {
                break;
            }
            largest.prefix = prefix;
            path.push_back(size_of(largest));
            prefix = path.back().label;
            node = largest.node;
        }
        return path;
    }
}
