// The report of %%memory life: what became of each object, and line by line who came and went. Any thread.
#pragma once

#include "magics/life_story.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    report::Document life_report(const Life& life);
}
