#include "magics/measurement.hpp"

#include "core/ledger.hpp"
#include "magics/command.hpp"
#include "magics/figures.hpp"

namespace xmemory::magics
{
    Measurement::Measurement()
    {
        if (!core::here().runs_cells || !core::ledger::cell_is_running())
        {
            throw UsageError("Code is measured in a cell, on the thread that runs the cell: call it there.");
        }
        token_ = core::ledger::begin_measurement();
    }

    Measurement::~Measurement()
    {
        if (token_ != 0 && core::ledger::measurement_is_open(token_))
        {
            core::ledger::end_measurement(token_);
        }
    }

    report::Figures Measurement::so_far() const { return to_figures(core::ledger::read_measurement(token_)); }

    Measurement::Result Measurement::end()
    {
        const core::SpanFigures span = core::ledger::end_measurement(token_);
        token_ = 0;
        if (span.numbers_ran_out)
        {
            throw UsageError(std::string("What it needs is unknown, because ") + why_numbers_ran_out +
                             ": measure in another cell.");
        }
        return {to_figures(span), !span.threads_raced};
    }
}
