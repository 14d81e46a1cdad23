// What %%memory check and xmemory.check() share: limits held against what was measured. On the thread that runs the cells,
// with the GIL, as the tutor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "magics/cell_body.hpp"
#include "magics/limits.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    // The report of a check that was passed. Raises xmemory.CheckFailed where a figure is over its limit, or where it is not
    // known whether it is.
    report::Document check(const std::vector<Limit>& limits, const BodyRun& run);
}
