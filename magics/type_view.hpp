// The counts of %memory types as somebody wants to see them: of which cell, how many rows, and since which mark.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "magics/type_counts.hpp"

namespace xmemory::magics
{
    struct TypeChoice
    {
        std::optional<int> cell; // of all the learner's cells where there is none
        std::string since;       // the mark that the counts are a difference to, or ""
        std::size_t top = 15;    // rows
    };

    struct TypeView
    {
        const TypeCounts& counts;
        const TypeChoice& choice;
        std::vector<const TypeCount*> rows; // the learner's classes first, then by bytes, or by how much they changed
        Amounts objects;
        Amounts tables, free, scanned, small, large;
        std::int64_t all_bytes = 0; // of all that is told

        // Both have to outlive the view.
        TypeView(const TypeCounts& counts, const TypeChoice& choice);

        bool is_difference() const { return !choice.since.empty(); }
        Amounts of(const TypeCount& type) const;
    };
}
