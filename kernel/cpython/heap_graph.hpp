// The objects of the heap, numbered, and which of them holds which: what the census, sizes and holders are read from. The objects are
// found from the collector's lists, from the frames that run, and by references from those; a block that only lies in a pool is never
// taken for one. Takes no reference, makes no object, runs no code of the objects' but their types' tp_traverse, which is C and which
// the collector calls too. Its books are native memory. With the GIL; nothing may be allocated in Python's heap until it is done with.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include <Python.h>

#include "core/maker.hpp"
#include "cpython/heap_node.hpp"
#include "cpython/large_vector.hpp"
#include "cpython/object_table.hpp"
#include "cpython/pool_classes.hpp"
#include "cpython/type_table.hpp"

namespace xmemory::cpython
{
    using BytesByOrigin = std::array<std::int64_t, core::origin_count>;

    inline std::int64_t sum_of(const BytesByOrigin& bytes) { return bytes[0] + bytes[1] + bytes[2]; }
    inline BytesByOrigin small_bytes(std::int64_t bytes)
    {
        BytesByOrigin all{};
        all[static_cast<std::size_t>(core::Origin::python_small)] = bytes;
        return all;
    }

    class HeapGraph
    {
    public:
        using Number = std::uint32_t; // of a node, from 1 on; 0 for none
        using KeepGoing = std::function<bool()>;

        HeapGraph();

        // The whole heap. keep_going is asked now and then, and must not run Python code; false where it said no.
        bool read_all(const KeepGoing& keep_going);
        // What these objects lead to. The boundaries are not looked into, nor are classes and modules, but for the objects
        // themselves, which are nodes 1, 2 … in their order, each once.
        bool read_from(const std::vector<PyObject*>& objects, const std::vector<PyObject*>& boundaries,
                       const KeepGoing& keep_going);

        Number size() const { return static_cast<Number>(nodes_.size() - 1); }
        Number find(const void* object) const { return numbers_.find(object); }

        // Given as one to read_from, and not an object to be looked into.
        bool is_boundary(Number node) const { return node > roots_ && node <= boundaries_; }
        bool is_class_or_module(Number node) const { return facts_[node].is_class_or_module; }

        HeapNode node(Number number) const { return nodes_[number]; }
        bool is_key_table(Number node) const { return nodes_[node].is_key_table(); }
        PyObject* object(Number node) const { return nodes_[node].object(); } // not of a key table
        DictKeys* key_table(Number node) const { return nodes_[node].key_table(); }

        // Has the processor bring what is known of an object's number some time before find() is asked.
        void fetch_number(const void* object) const { numbers_.fetch(object); }

        // The count of references that the node itself has; one above 2^32 - 1 is told as that.
        Py_ssize_t references(Number node) const { return facts_[node].references; }

        // In types(); no_type for a table of keys.
        static constexpr std::uint32_t no_type = ~std::uint32_t{0};
        std::uint32_t type_number(Number node) const { return facts_[node].type; }

        // What it holds, once for each reference.
        const Number* targets_begin(Number node) const { return targets_.data() + first_target_[node]; }
        const Number* targets_end(Number node) const { return targets_.data() + first_target_[node + 1]; }
        // Of all nodes together.
        const LargeVector<Number>& all_targets() const { return targets_; }

        // Asked bytes of its own block and of those that it owns (owned_blocks.hpp); 0 for what is not on the heap.
        std::int64_t bytes(Number node) const
        {
            const NodeFacts& facts = facts_[node];
            return facts.has_several_origins ? sum_of(of_several_origins_[facts.bytes]) : facts.bytes;
        }
        BytesByOrigin bytes_by_origin(Number node) const
        {
            const NodeFacts& facts = facts_[node];
            return facts.has_several_origins ? of_several_origins_[facts.bytes] : small_bytes(facts.bytes);
        }

        TypeTable& types() const { return types_; }

    private:
        static constexpr std::size_t buffer_size = 512;

        // What those who come after the walk ask of each node, read while its memory is at hand: in another order than they were
        // made in, each look at an object waits for memory.
        struct NodeFacts
        {
            std::uint32_t bytes = 0; // of small blocks, or a place in of_several_origins_
            std::uint32_t references = 0;
            std::uint32_t type = no_type;
            bool has_several_origins = false;
            bool is_class_or_module = false;
        };

        static int visit(PyObject* target, void* graph);
        void push(HeapNode target);
        void number_targets();
        void put(HeapNode node);
        void reserve();
        void put_tracked();
        void put_frames();
        bool look_into_all(const KeepGoing& keep_going);
        bool are_scattered(Number begin, Number end) const;
        void number_by_address(Number begin, Number end, std::size_t first_target);
        void look_into(Number node);
        void keep_facts(NodeFacts facts, Py_ssize_t references, const BytesByOrigin& bytes);

        ObjectTable numbers_;
        PoolClasses pool_classes_;
        LargeVector<HeapNode> nodes_{HeapNode()}; // from 1 on
        LargeVector<std::uint32_t> first_target_{0, 0};
        LargeVector<Number> targets_;
        LargeVector<NodeFacts> facts_{NodeFacts{}};
        std::vector<BytesByOrigin> of_several_origins_;
        std::vector<HeapNode> buffer_; // the last targets, not numbered yet
        bool has_boundaries_ = false;  // then classes and modules are not looked into either
        Number roots_ = 0;             // the last node that is looked into whatever it is
        Number boundaries_ = 0;        // the last one behind the roots that is not
        mutable TypeTable types_;
    };

    // Asked bytes of an object's own block and of those that it owns. Precondition: a type's layout and bytes before are as facts say.
    BytesByOrigin object_bytes(PyObject* object, const TypeFacts& facts);
}
