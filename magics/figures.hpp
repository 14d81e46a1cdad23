// From the ledger's span to the figures that people and programs read.
#pragma once

#include "core/ledger.hpp"
#include "report/cell_record.hpp"

namespace xmemory::magics
{
    report::Figures to_figures(const core::SpanFigures& span);

    inline constexpr const char* why_numbers_ran_out =
        "some three thousand measurements of this cell still have something in use, and more cannot be told apart";

    // The word for a peak that several threads made.
    inline constexpr const char* why_at_least = "several threads allocated at once: the peak is at least this";
}
