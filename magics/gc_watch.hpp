// The report under a cell in which the collector ran, while %memory gc --watch is on. Any thread.
#pragma once

#include "report/cell_record.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    report::Document watch_report(const report::CellRecord& record);
}
