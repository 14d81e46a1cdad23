// Builds one structure of the items, and measures what it takes and how fast it is. On the thread that runs the cells, within a
// cell, with the GIL, as the tutor; what is timed runs as the learner's code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "magics/structure_items.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    struct CollectionRow
    {
        std::string name;
        std::string not_possible; // why, or empty; then nothing else is known
        std::int64_t bytes = 0;   // of the structure, the items not counted
        report::Bar bytes_by_origin;
        std::int64_t peak_bytes = 0;
        std::int64_t held = 0;                       // how many of the items are in it
        std::optional<std::int64_t> with_item_bytes; // the structure and the objects in it
        bool exact = true;
        double build_seconds = 0;
        std::optional<double> first_seconds; // to find the first item; no item, no value
        std::optional<double> last_seconds;
        double missing_seconds = 0; // to find out that one is not there
        double iterate_seconds = 0;
    };
    // runs: of what each time is the median; else as many as a short time allows.
    std::vector<CollectionRow> measure_collections(const Items& items, const std::optional<int>& runs, Patience& patience);
}
