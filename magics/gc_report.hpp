// What is said of a collection that was told: a sentence, tables and pictures, and the same as data (gc_data.cpp). Any thread.
#pragma once

#include <string>
#include <vector>

#include "magics/gc_story.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    // "Freed 4.80 MB: 10,000 Node objects in 5,000 cycles."
    std::string finding_of(const GcStory& story);
    // The table by type, the cycles, and what could not go and why.
    std::vector<report::Part> parts_of(const GcStory& story);
    // The generations before and after.
    report::Table generations_of(const GcStory& story);
    // One sentence, with the way out where there is one.
    std::string why_it_remains(const Remaining& remaining, const GcStory& story);
    nlohmann::json data_of(const GcStory& story);
}
