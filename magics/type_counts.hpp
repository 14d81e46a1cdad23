// The census of the heap by type and by cell, as people read it: names instead of addresses, so that it stays when the objects go. What
// %memory types shows and %memory mark keeps. On the thread that runs the cells, with the GIL, as the tutor.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cpython/census.hpp"
#include "magics/command.hpp"

namespace xmemory::magics
{
    using cpython::Amounts;

    // Who made something: a cell by its number (0: too long ago to name it), what compiling cells left, or the kernel.
    struct Whose
    {
        static constexpr int source = -1;
        static constexpr int kernel = -2;
    };
    using ByCell = std::map<int, Amounts>;

    // What the learner's cells made of it, and what anybody did.
    Amounts of_cells(const ByCell& by_cell);
    Amounts of_all(const ByCell& by_cell);

    struct TypeCount
    {
        std::string name;
        bool is_learners = false; // a class that a cell made
        ByCell by_cell;
    };

    struct TypeCounts
    {
        std::vector<TypeCount> types; // by name; a class that was defined again counts with the earlier one
        ByCell key_tables;
        ByCell free_lists;
        std::vector<TypeCount> by_scan_only;
        ByCell unclassified_small;
        ByCell unclassified_large; // native and large blocks that no known object owns; of the kernel it is not told
        std::int64_t unreadable_pools = 0;
    };

    TypeCounts count_types(const Progress& progress);

    // In use now less before; what did not change is left out.
    TypeCounts difference(const TypeCounts& now, const TypeCounts& before);
}
