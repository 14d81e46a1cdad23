// Builds a record of two fields of each item, and measures what the records take. On the thread that runs the cells, within a
// cell, with the GIL, as the tutor; what is timed runs as the learner's code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "magics/structure_items.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    struct RecordRow
    {
        std::string name;
        std::int64_t bytes = 0; // of all records; what lists them and the items are not counted
        report::Bar bytes_by_origin;
        std::int64_t peak_bytes = 0;
        bool exact = true;
        double build_seconds = 0;
    };
    std::vector<RecordRow> measure_records(const Items& items, Patience& patience);
}
