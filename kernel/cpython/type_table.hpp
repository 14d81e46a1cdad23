// What a walk over the heap has to know of each type it meets, found out once. Native memory, never Python's. One thread, with the GIL.
#pragma once

#include <cstdint>
#include <vector>

#include <Python.h>

#include "cpython/object_layout.hpp"

namespace xmemory::cpython
{
    struct TypeFacts
    {
        PyTypeObject* type = nullptr;
        Layout layout = Layout::other;
        bool has_traverse = false;      // and is tracked by the collector, or could be
        bool asks_objects = false; // whether they are: some of its objects have no place for the collector (tp_is_gc)
        bool has_inline_values = false; // attributes without a dict, in a block of their own
        bool is_of_classes = false;     // its objects are classes
        bool is_of_modules = false;
        std::uint8_t bytes_before = 0; // of the object: what start_of (tracked.hpp) takes off
    };

    // Some hundred nanoseconds: to be kept by type.
    TypeFacts facts_about(PyTypeObject* type);

    // Whether an object of the type may have other blocks than its own (owned_blocks.hpp).
    inline bool owns_blocks(const TypeFacts& facts)
    {
        return facts.has_inline_values ||
               (facts.layout != Layout::number_or_bytes && facts.layout != Layout::tuple && facts.layout != Layout::other &&
                facts.layout != Layout::range && facts.layout != Layout::descriptor);
    }

    class TypeTable
    {
    public:
        TypeTable() : slots_(256) {}

        // A number that stays, from 0 on, in the order in which types were met.
        std::uint32_t number_of(PyTypeObject* type)
        {
            for (std::size_t slot = hash(type) & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1))
            {
                if (slots_[slot].type == type)
                {
                    return slots_[slot].number;
                }
                if (slots_[slot].type == nullptr)
                {
                    return add(type);
                }
            }
        }

        // nullptr where the type was not met; any address may be asked for.
        const TypeFacts* find(const void* type) const
        {
            for (std::size_t slot = hash(type) & (slots_.size() - 1); slots_[slot].type != nullptr;
                 slot = (slot + 1) & (slots_.size() - 1))
            {
                if (slots_[slot].type == type)
                {
                    return &facts_[slots_[slot].number];
                }
            }
            return nullptr;
        }

        const TypeFacts& facts_of(PyTypeObject* type) { return facts_[number_of(type)]; }
        const std::vector<TypeFacts>& all() const { return facts_; }

    private:
        struct Slot
        {
            PyTypeObject* type = nullptr;
            std::uint32_t number = 0;
        };

        static std::size_t hash(const void* type)
        {
            return (reinterpret_cast<std::uintptr_t>(type) >> 4) * 0x9E3779B97F4A7C15u >> 32;
        }
        std::uint32_t add(PyTypeObject* type);

        std::vector<TypeFacts> facts_;
        std::vector<Slot> slots_; // a power of two, at most half full
    };
}
