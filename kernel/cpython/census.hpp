// Every object of the heap counted, by type and by who made it, with all blocks in use accounted for: those of known objects, what
// free lists keep, what only looks like an object where it lies in a pool (never followed, and told apart), and the rest, which is
// unclassified. See heap_walk.hpp for when and for whom.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include <Python.h>

#include "core/maker.hpp"

namespace xmemory::cpython
{
    struct Amounts
    {
        std::int64_t count = 0; // of objects, or of blocks where there is no object
        std::int64_t bytes = 0; // asked for

        Amounts& operator+=(const Amounts& other)
        {
            count += other.count;
            bytes += other.bytes;
            return *this;
        }
    };

    using ByMaker = std::map<core::MakerId, Amounts>;

    struct Census
    {
        struct Type
        {
            PyTypeObject* type = nullptr;
            ByMaker by_maker; // an object counts where its own block was made, the bytes of each block where that one was
        };
        std::vector<Type> types;
        ByMaker key_tables;    // shared by the dicts of a class's instances
        ByMaker free_lists;    // kept by Python for the next object of its kind
        std::vector<Type> by_scan_only; // blocks that look like an object, and that no known object leads to
        ByMaker unclassified_small;     // small blocks of which nothing is known
        ByMaker known_large;            // of other allocations than small ones: what objects own
        std::int64_t unreadable_pools = 0; // their blocks are in no row
    };

    // keep_going is asked now and then, and must not run Python code; nullopt where it said no.
    std::optional<Census> take_census(const std::function<bool()>& keep_going);
}
