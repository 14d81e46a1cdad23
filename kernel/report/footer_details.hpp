// What unfolds under a footer's sentence: one row a fact, as people read it and to the byte. Any thread.
#pragma once

#include <vector>

#include "report/cell_record.hpp"
#include "report/document.hpp"

namespace xmemory::report
{
    // Unseen growth of the process is spoken of from here on.
    inline constexpr std::int64_t unseen_worth_naming_bytes = 50'000'000;

    // "made by [4]", "made by earlier cells" or "from its last run".
    std::string made_by(const CellRecord& record, int cell);

    // A table of what is known of the record, and why where it is not exact; empty where nothing is known.
    std::vector<Part> footer_details(const CellRecord& record);
}
