// A node of the heap, as one word: an object, or the table of keys that several dicts share (Objects/dictobject.c, split tables,
// 3.11). Reads only, runs no code of the objects' but their types' tp_traverse, which is C. With the GIL.
#pragma once

#include <cstdint>

#include <Python.h>

#include "core/zone.hpp"
#include "cpython/dict_layout.hpp"
#include "cpython/type_table.hpp"

namespace xmemory::cpython
{
    class HeapNode
    {
    public:
        HeapNode() = default;
        HeapNode(PyObject* object) : word_(reinterpret_cast<std::uintptr_t>(object)) {}
        HeapNode(DictKeys* table) : word_(reinterpret_cast<std::uintptr_t>(table) | table_bit) {}

        explicit operator bool() const { return word_ != 0; }
        bool is_key_table() const { return (word_ & table_bit) != 0; }
        PyObject* object() const { return reinterpret_cast<PyObject*>(word_); } // not of a key table
        DictKeys* key_table() const { return reinterpret_cast<DictKeys*>(word_ & ~table_bit); }
        const void* address() const { return reinterpret_cast<const void*>(word_ & ~table_bit); }

        std::uintptr_t page() const { return word_ >> 12; }

        Py_ssize_t references() const { return is_key_table() ? key_table()->references : Py_REFCNT(object()); }

        // Has the processor bring its memory, and its tag, some time before they are read.
        void fetch() const
        {
            __builtin_prefetch(address());
            __builtin_prefetch(core::zone::in_zone(address()) ? static_cast<const void*>(core::zone::tag_of(address()))
                                                              : address());
        }

        // Calls visit with each node that it holds, once for each reference; a table comes as a pointer that as_visited() reads.
        void visit_held(TypeTable& types, visitproc visit, void* context) const
        {
            is_key_table() ? visit_held_by_table(visit, context)
                           : visit_held_by_object(types.facts_of(Py_TYPE(object())), visit, context);
        }
        void visit_held_by_table(visitproc visit, void* context) const;
        void visit_held_by_object(const TypeFacts& facts, visitproc visit, void* context) const; // facts: of its type
        static HeapNode as_visited(PyObject* pointer) { return HeapNode(pointer); }

    private:
        static constexpr std::uintptr_t table_bit = 1;

        std::uintptr_t word_ = 0;
    };

    // Holds nothing, whatever its value: no need to look into it.
    inline bool is_leaf(const TypeFacts& facts)
    {
        return !facts.has_traverse && (facts.layout == Layout::number_or_bytes || facts.layout == Layout::string);
    }

    // Part of the program, and not on the heap.
    inline bool is_static_class(PyObject* object, const TypeFacts& facts)
    {
        return facts.layout == Layout::type &&
               !PyType_HasFeature(reinterpret_cast<PyTypeObject*>(object), Py_TPFLAGS_HEAPTYPE);
    }
}
