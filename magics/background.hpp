// The line about threads and tasks that went on after their cell. Any thread.
#pragma once

#include <string>

#include "report/cell_record.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    // Of a record whose background_bytes are not 0.
    inline std::string background_sentence(const report::CellRecord& record)
    {
        return "Background work of [" + std::to_string(record.cell) + "] took " +
               report::human_bytes(*record.background_bytes) + " since.";
    }
}
