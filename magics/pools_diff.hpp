// What %memory pools --diff N says. On the thread that runs the cells, with the GIL.
#pragma once

#include "report/document.hpp"

namespace xmemory::magics
{
    // number: as shown; −1 is the last cell. Throws UsageError where nothing is known of it.
    report::Document pools_diff(int number);
}
