// The footer under a cell: which sentence is true of a record, its details, and whether it is shown at all. Any thread.
#pragma once

#include <optional>
#include <string>

#include "report/cell_record.hpp"
#include "report/document.hpp"

namespace xmemory::report
{
    enum class FooterMode { automatic, on, off };

    // "auto", "on", "off"; nullopt for anything else.
    std::optional<FooterMode> footer_mode_from(const std::string& word);
    std::string to_string(FooterMode mode);

    // automatic: kept or freed ≥ 100 kB, peak ≥ 1 MB, unseen growth ≥ 50 MB, a limit, or unknown figures.
    bool footer_is_shown(const CellRecord& record, FooterMode mode);

    // "Memory: needed 64.0 MB while running, kept 2.1 kB." and so on, as one folded Document of kind "footer".
    Document footer(const CellRecord& record);
}
