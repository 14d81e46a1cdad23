#include "cpython/heap_graph.hpp"

#include "core/ledger.hpp"
#include "cpython/block.hpp"
#include "cpython/owned_blocks.hpp"
#include "cpython/pymalloc.hpp"
#include "cpython/thread_frames.h"
#include "cpython/tracked.hpp"

namespace xmemory::cpython
{
    namespace
    {
        constexpr HeapGraph::Number between_questions = 1 << 14; // nodes
        constexpr std::size_t targets_ahead = 16;                // whose numbers are fetched while others are found

        // An object may lie within a block of somebody else's; that is not its own.
        void add_block(void* block, void* bytes)
        {
            if (core::zone::in_zone(block) && !pymalloc::is_start(block))
            {
                return;
            }
            if (const auto read = read_block(block))
            {
                (*static_cast<BytesByOrigin*>(bytes))[static_cast<std::size_t>(read->origin)] +=
                    static_cast<std::int64_t>(read->asked_bytes);
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
        if (has_boundaries_)
        {
            facts_.reserve(blocks);
        }
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

    bool HeapGraph::is_looked_into(Number node) const
    {
        return !has_boundaries_ || node <= roots_ || (node > boundaries_ && !reads_as_class_or_module(node));
    }

    bool HeapGraph::look_into_all(const KeepGoing& keep_going)
    {
        if (has_boundaries_)
        {
            facts_.emplace_back();
        }
        for (Number node = 1;; ++node)
        {
            if (node == nodes_.size())
            {
                number_targets(); // which may bring new nodes
                if (node == nodes_.size())
                {
                    return true;
                }
            }
            fetch(node + nodes_ahead);
            if (is_looked_into(node))
            {
                nodes_[node].visit_held(types_, visit, this);
            }
            if (has_boundaries_)
            {
                facts_.push_back(
                    {read_bytes(node), references(node), read_type_number(node), reads_as_class_or_module(node)});
            }
            first_target_.push_back(static_cast<std::uint32_t>(targets_.size() + buffer_.size()));
            if (node % between_questions == 0 && !keep_going())
            {
                return false;
            }
        }
    }

    BytesByOrigin object_bytes(PyObject* object, const TypeFacts& facts)
    {
        BytesByOrigin bytes{};
        if (!is_static_class(object, facts))
        {
            add_block(reinterpret_cast<char*>(object) - facts.bytes_before, &bytes);
            visit_owned_blocks(object, facts.layout, add_block, &bytes);
        }
        return bytes;
    }

    BytesByOrigin HeapGraph::bytes_by_origin(Number node) const
    {
        return node < facts_.size() ? facts_[node].bytes : read_bytes(node);
    }

    BytesByOrigin HeapGraph::read_bytes(Number node) const
    {
        BytesByOrigin bytes{};
        if (is_key_table(node))
        {
            add_block(key_table(node), &bytes);
            return bytes;
        }
        return object_bytes(object(node), types_.facts_of(Py_TYPE(object(node))));
    }

    std::int64_t HeapGraph::bytes(Number node) const { return sum_of(bytes_by_origin(node)); }
}
