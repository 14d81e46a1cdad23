// What is said of collections: one that was told whole, and those that ran in a cell. Plain data in, documents out.
#pragma once

#include <string>
#include <vector>

#include "magics/gc_story.hpp"
#include "report/cell_record.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    // "Freed 4.80 MB: 10,000 Node objects in 5,000 cycles."
    std::string finding_of(const GcStory& story);
    // The table by type, the cycles, and what could not go and why.
    std::vector<report::Part> parts_of(const GcStory& story);
    // The generations before and after.
    report::Table generations_of(const GcStory& story);
    nlohmann::json data_of(const GcStory& story);

    // The collections of one cell, under it, while %memory gc --watch is on.
    report::Document watch_report(const report::CellRecord& record);
}
