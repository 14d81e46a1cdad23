// What stands around gc.collect() in a learner's cell: the first call that finds something is told whole, in the footer's details. The
// cell's figures are those of the collection alone. Installed once; then on the thread that runs the cells, with the GIL.
#pragma once

#include <memory>

#include "report/document.hpp"

namespace xmemory::magics
{
    // After cpython::collections::watch.
    void accompany_collect();

    // A cell begins, or has ended: what its calls of gc.collect() brought to light, or nullptr.
    void forget_told_collection();
    std::shared_ptr<const report::Details> take_told_collection();
}
