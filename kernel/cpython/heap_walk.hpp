// Each object of the heap once, while its memory is at hand: from the collector's lists, from the frames that run, and by references from
// those; a block that only lies in a pool is never taken for one. Takes no reference, makes no object, runs no code of the objects'
// but their types' tp_traverse, which is C and which the collector calls too. Its books are native memory, a bit for each granule.
// With the GIL; nothing may be allocated in Python's heap until it is done.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <Python.h>

#include "cpython/address_set.hpp"
#include "cpython/heap_node.hpp"
#include "cpython/thread_frames.h"
#include "cpython/tracked.hpp"
#include "cpython/type_table.hpp"

namespace xmemory::cpython
{
    // Visitor: with object(PyObject*, std::uint32_t number_of_its_type) and key_table(DictKeys*).
    template <typename Visitor>
    class HeapWalk
    {
    public:
        // keep_going is asked now and then, and must not run Python code.
        HeapWalk(TypeTable& types, Visitor& visitor, const std::function<bool()>& keep_going)
            : types_(types), visitor_(visitor), keep_going_(keep_going)
        {}

        // false where keep_going said no.
        bool visit_all()
        {
            for (int generation = xmemory_gc_permanent; generation >= 0; --generation)
            {
                if (!visit_tracked(generation))
                {
                    return false;
                }
            }
            xmemory_visit_frames(
                [](const xmemory_frame_reference* reference, void* walk)
                {
                    static_cast<HeapWalk*>(walk)->meet(HeapNode(reference->object));
                    return 0;
                },
                this);
            return look_into_waiting(true);
        }

    private:
        static constexpr std::size_t ahead = 16;                    // objects that are on their way from memory
        static constexpr std::uint32_t between_questions = 1 << 14; // objects

        bool goes_on() { return ++visited_ % between_questions != 0 || keep_going_(); }

        // Those come in the order of the lists, mostly that in which they lie in memory, not in that of references.
        bool visit_tracked(int generation)
        {
            const auto* list = static_cast<const CollectorHead*>(xmemory_gc_list(generation));
            const auto next_of = [](const CollectorHead* head)
            { return reinterpret_cast<const CollectorHead*>(head->next); };
            for (const CollectorHead* head = next_of(list); head != list; head = next_of(head))
            {
                auto* object = reinterpret_cast<PyObject*>(const_cast<CollectorHead*>(head + 1));
                met_.put(object);
                const std::uint32_t type = types_.number_of(Py_TYPE(object));
                visitor_.object(object, type);
                HeapNode(object).visit_held_by_object(types_.all()[type], visit, this);
                if (!goes_on() || (!waiting_.empty() && !look_into_waiting(false)))
                {
                    return false;
                }
            }
            return true;
        }

        static int visit(PyObject* target, void* walk)
        {
            static_cast<HeapWalk*>(walk)->meet(HeapNode::as_visited(target));
            return 0;
        }

        void meet(HeapNode node)
        {
            if (!met_.put(node.address()))
            {
                __builtin_prefetch(node.address());
                arrive(node);
            }
        }

        // Takes the place of the one that has been on its way for longest.
        void arrive(HeapNode node)
        {
            HeapNode& place = on_the_way_[place_ % ahead];
            ++place_;
            const HeapNode arrived = place;
            place = node;
            if (arrived)
            {
                count(arrived);
            }
        }

        void count(HeapNode node)
        {
            if (node.is_key_table())
            {
                visitor_.key_table(node.key_table());
                waiting_.push_back(node);
                return;
            }
            PyObject* object = node.object();
            const std::uint32_t type = types_.number_of(Py_TYPE(object));
            const TypeFacts& facts = types_.all()[type];
            if (facts.has_traverse && is_tracked(object, facts))
            {
                return; // the lists have it
            }
            visitor_.object(object, type);
            if (!is_leaf(facts))
            {
                waiting_.push_back(node);
            }
        }

        static bool is_tracked(PyObject* object, const TypeFacts& facts)
        {
            return (!facts.asks_objects || PyObject_IS_GC(object)) && (reinterpret_cast<const CollectorHead*>(object) - 1)->next != 0;
        }

        // to_the_end: with those that are on the way, and what they lead to.
        bool look_into_waiting(bool to_the_end)
        {
            for (;;)
            {
                while (!waiting_.empty())
                {
                    const HeapNode node = waiting_.back();
                    waiting_.pop_back();
                    node.visit_held(types_, visit, this);
                    if (!goes_on())
                    {
                        return false;
                    }
                }
                if (!to_the_end)
                {
                    return true;
                }
                for (std::size_t step = 0; step < ahead; ++step)
                {
                    arrive(HeapNode());
                }
                if (waiting_.empty())
                {
                    return true;
                }
            }
        }

        TypeTable& types_;
        Visitor& visitor_;
        const std::function<bool()>& keep_going_;
        AddressSet met_;
        std::array<HeapNode, ahead> on_the_way_{};
        std::size_t place_ = 0;
        std::vector<HeapNode> waiting_; // counted, and not looked into yet
        std::uint32_t visited_ = 0;
    };
}
