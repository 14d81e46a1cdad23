// %memory compare over sizes: how the peak of each part grows. On the thread that runs the cells, within a cell, with the GIL, as
// the tutor.
#pragma once

#include <vector>

#include "magics/compare_options.hpp"
#include "magics/patience.hpp"
#include "magics/snippet.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    // options.sizes has a value.
    report::Document compare_sizes(const std::vector<Snippet>& snippets, const Snippet& setup, const CompareOptions& options,
                                   Patience& patience);
}
