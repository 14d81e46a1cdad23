#include "magics/figures.hpp"

namespace xmemory::magics
{
    report::Figures to_figures(const core::SpanFigures& span)
    {
        report::Figures figures;
        figures.peak_bytes = span.peak_bytes;
        figures.freed_earlier_by_cell = span.freed_earlier_by_cell;
        for (std::size_t index = 0; index < core::origin_count; ++index)
        {
            const core::OriginSpan& from = span.origins[index];
            const core::Amount kept = from.kept();
            report::OriginFigures& origin = figures.origins[index];
            origin.allocated_bytes = from.made.bytes;
            origin.allocated_blocks = from.made.blocks;
            origin.kept_bytes = kept.bytes;
            origin.net_bytes = kept.bytes - from.freed_earlier.bytes;
            origin.peak_bytes = from.peak_bytes;

            figures.allocated_bytes += from.made.bytes;
            figures.allocated_blocks += from.made.blocks;
            figures.kept_bytes += kept.bytes;
            figures.set_aside_kept_bytes += kept.bytes + kept.slack;
            figures.freed_own_bytes += from.freed_own.bytes;
            figures.freed_earlier_bytes += from.freed_earlier.bytes;
            figures.freed_blocks += from.freed_own.blocks + from.freed_earlier.blocks;
        }
        figures.net_bytes = figures.kept_bytes - figures.freed_earlier_bytes;
        return figures;
    }
}
