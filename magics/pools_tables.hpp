// The tables of %memory pools: where the arenas' bytes are, by size class, and malloc beside them. No Python; any thread.
#pragma once

#include "magics/pools_reading.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    report::Table totals_of(const PoolsReading& reading);
    // The size classes that hold most memory, and the rest as one line.
    report::Table classes_of(const PoolsReading& reading);
    report::Table malloc_of(const PoolsReading& reading);
    // Every size class, and totals and malloc's figures in exact bytes.
    report::Details exactly(const PoolsReading& reading);
}
