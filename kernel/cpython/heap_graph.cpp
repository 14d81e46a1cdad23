#include "cpython/heap_graph.hpp"

#include <algorithm>
#include <limits>

#include "core/ledger.hpp"
#include "cpython/block.hpp"
#include "cpython/owned_blocks.hpp"
#include "cpython/pymalloc.hpp"
#include "cpython/thread_frames.h"
#include "cpython/tracked.hpp"
#include "cpython/zone_bits.hpp"

namespace xmemory::cpython
{
    namespace
    {
        constexpr HeapGraph::Number between_questions = 1 << 14; // nodes
        constexpr std::size_t targets_ahead = 16;                // whose numbers are fetched while others are found

        // Of some blocks; classes: their pools' where they are known.
        struct Sum
        {
            const PoolClasses* classes = nullptr;
            BytesByOrigin bytes{};
        };

        // An object may lie within a block of somebody else's; that is not its own.
        void add_block(void* block, void* to)
        {
            Sum& sum = *static_cast<Sum*>(to);
            if (core::zone::in_zone(block))
            {
                const std::size_t class_size =
                    sum.classes != nullptr ? sum.classes->class_size_of(block) : pymalloc::class_size_of(block);
                if (class_size != 0 && pymalloc::is_start(block, class_size))
                {
                    sum.bytes[static_cast<std::size_t>(core::Origin::python_small)] +=
                        static_cast<std::int64_t>(read_small_block(block, class_size).asked_bytes);
                }
            }
            else if (const auto read = read_block(block))
            {
                sum.bytes[static_cast<std::size_t>(read->origin)] += static_cast<std::int64_t>(read->asked_bytes);
            }
        }

        void add_object(PyObject* object, const TypeFacts& facts, Sum& sum)
        {
            if (!is_static_class(object, facts))
            {
                add_block(reinterpret_cast<char*>(object) - facts.bytes_before, &sum);
                if (owns_blocks(facts))
                {
                    visit_owned_blocks(object, facts.layout, add_block, &sum);
                }
            }
        }
    }

    HeapGraph::HeapGraph() { buffer_.reserve(buffer_size); }

    void HeapGraph::put(HeapNode node)
    {
        numbers_.put(node.address(), static_cast<Number>(nodes_.size()));
        nodes_.push_back(node);
    }

    // Mostly there are no more objects than blocks; memory that is reserved and not touched costs nothing.
    void HeapGraph::reserve()
    {
        const auto blocks = static_cast<std::size_t>(core::ledger::in_use(core::Origin::python_small).blocks) + 1024;
        nodes_.reserve(blocks);
        first_target_.reserve(blocks);
        targets_.reserve(2 * blocks);
        facts_.reserve(blocks);
    }

    void HeapGraph::put_tracked()
    {
        for (int generation = xmemory_gc_permanent; generation >= 0; --generation)
        {
            for_each_tracked(generation, [this](PyObject* object) { put(HeapNode(object)); });
        }
    }

    void HeapGraph::put_frames()
    {
        xmemory_visit_frames(
            [](const xmemory_frame_reference* reference, void* graph)
            {
                auto* self = static_cast<HeapGraph*>(graph);
                if (self->find(reference->object) == 0)
                {
                    self->put(HeapNode(reference->object));
                }
                return 0;
            },
            this);
    }

    bool HeapGraph::read_all(const KeepGoing& keep_going)
    {
        reserve();
        put_tracked();
        put_frames();
        return look_into_all(keep_going);
    }

    bool HeapGraph::read_from(const std::vector<PyObject*>& objects, const std::vector<PyObject*>& boundaries,
                              const KeepGoing& keep_going)
    {
        const auto put_each = [this](const std::vector<PyObject*>& all)
        {
            for (PyObject* object : all)
            {
                if (find(object) == 0)
                {
                    put(HeapNode(object));
                }
            }
            return size();
        };
        has_boundaries_ = true;
        reserve();
        roots_ = put_each(objects);
        boundaries_ = put_each(boundaries);
        return look_into_all(keep_going);
    }

    int HeapGraph::visit(PyObject* target, void* graph)
    {
        static_cast<HeapGraph*>(graph)->push(HeapNode::as_visited(target));
        return 0;
    }

    inline void HeapGraph::push(HeapNode target)
    {
        buffer_.push_back(target);
        if (buffer_.size() == buffer_size)
        {
            number_targets();
        }
    }

    void HeapGraph::number_targets()
    {
        for (std::size_t index = 0; index < buffer_.size(); ++index)
        {
            if (index + targets_ahead < buffer_.size())
            {
                numbers_.fetch(buffer_[index + targets_ahead].address());
            }
            const HeapNode target = buffer_[index];
            Number number = numbers_.find(target.address());
            if (number == 0)
            {
                number = static_cast<Number>(nodes_.size());
                put(target);
            }
            targets_.push_back(number);
        }
        buffer_.clear();
    }

    // Level by level: those that are met while one level is looked into are the next one.
    bool HeapGraph::look_into_all(const KeepGoing& keep_going)
    {
        std::size_t first_target = 0; // of the level before
        for (Number begin = 1;;)
        {
            number_targets(); // which may bring new nodes
            const auto end = static_cast<Number>(nodes_.size());
            if (begin == end)
            {
                return true;
            }
            if (are_scattered(begin, end))
            {
                number_by_address(begin, end, first_target);
            }
            first_target = targets_.size();
            for (; begin < end; ++begin)
            {
                look_into(begin);
                first_target_.push_back(static_cast<std::uint32_t>(targets_.size() + buffer_.size()));
                if (begin % between_questions == 0 && !keep_going())
                {
                    return false;
                }
            }
        }
    }

    // Whether there are many, most of which lie in none of the pages in which the last few lay.
    bool HeapGraph::are_scattered(Number begin, Number end) const
    {
        constexpr Number worth_an_order = 4096;
        constexpr Number last_few = 4;
        if (end - begin < worth_an_order)
        {
            return false;
        }
        Number far = 0;
        for (Number number = begin + last_few; number < end; ++number)
        {
            bool is_near = false;
            for (Number before = number - last_few; before < number; ++before)
            {
                is_near = is_near || nodes_[before].page() == nodes_[number].page();
            }
            far += !is_near;
        }
        return far > (end - begin) / 4;
    }

    // Numbers the nodes of a level, which were numbered as they were met, by where they lie in memory: in any other order, each of
    // them waits for it. first_target: where the references begin that may lead to them.
    void HeapGraph::number_by_address(Number begin, Number end, std::size_t first_target)
    {
        ZoneBits in_zone;
        LargeVector<HeapNode> nodes;
        LargeVector<Number> number_of(end - begin); // by the old one
        nodes.reserve(end - begin);
        const auto number_anew = [&](Number old)
        {
            number_of[old - begin] = begin + static_cast<Number>(nodes.size());
            numbers_.put(nodes_[old].address(), number_of[old - begin]);
            nodes.push_back(nodes_[old]);
        };
        for (Number old = begin; old < end; ++old)
        {
            const void* address = nodes_[old].address();
            in_zone.covers(address) ? void(in_zone.put(address)) : number_anew(old);
        }
        in_zone.for_each([&](const void* address) { number_anew(numbers_.find(address)); });
        std::copy(nodes.begin(), nodes.end(), nodes_.begin() + begin);
        for (std::size_t index = first_target; index < targets_.size(); ++index)
        {
            Number& target = targets_[index];
            target = target < begin ? target : number_of[target - begin];
        }
    }

    inline void HeapGraph::look_into(Number number)
    {
        const HeapNode node = nodes_[number];
        const bool is_end = is_boundary(number);
        NodeFacts facts;
        Sum sum{&pool_classes_};
        if (node.is_key_table())
        {
            if (!is_end)
            {
                node.visit_held_by_table(visit, this);
            }
            add_block(node.key_table(), &sum);
            return keep_facts(facts, node.references(), sum.bytes);
        }
        facts.type = types_.number_of(Py_TYPE(node.object()));
        const TypeFacts& type = types_.all()[facts.type];
        facts.is_class_or_module = type.is_of_classes || type.is_of_modules;
        if (!is_end && (!has_boundaries_ || number <= roots_ || !facts.is_class_or_module))
        {
            node.visit_held_by_object(type, visit, this);
        }
        add_object(node.object(), type, sum);
        keep_facts(facts, node.references(), sum.bytes);
    }

    inline void HeapGraph::keep_facts(NodeFacts facts, Py_ssize_t references, const BytesByOrigin& bytes)
    {
        constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
        const std::int64_t small = bytes[static_cast<std::size_t>(core::Origin::python_small)];
        facts.references = static_cast<std::uint32_t>(std::min<std::int64_t>(references, most));
        facts.has_several_origins = sum_of(bytes) != small || small > most;
        facts.bytes = static_cast<std::uint32_t>(
            facts.has_several_origins ? static_cast<std::int64_t>(of_several_origins_.size()) : small);
        if (facts.has_several_origins)
        {
            of_several_origins_.push_back(bytes);
        }
        facts_.push_back(facts);
    }

    BytesByOrigin object_bytes(PyObject* object, const TypeFacts& facts)
    {
        Sum sum;
        add_object(object, facts, sum);
        return sum.bytes;
    }
}
