// What happened at the limit in the cell that runs: from what the hooks wrote down (core/budget.hpp) to what people are told. On the
// thread that runs the cells, with the GIL, as the tutor.
#pragma once

#include <optional>
#include <string>

#include <pybind11/pybind11.h>

#include "report/at_limit.hpp"

namespace xmemory::magics::at_limit
{
    // Once, before the first cell.
    void start();
    // After the ledger's.
    void begin_cell();

    // Before an error of the cell is shown. Where it is a MemoryError that the limit caused: the frames that it left let go of their
    // variables, since what they hold may be all there is; a very deep traceback is cut; an error without words gets some.
    void prepare_error(const pybind11::handle& value);

    // Whether the last error of this cell was one.
    bool stopped();

    // nullopt where nothing was refused. Looks for the largest variables where the cell or a thread of it was stopped.
    std::optional<report::AtLimit> story();

    // All that is counted, the kernel's own included.
    std::int64_t in_use_bytes();

    // The lower one of what was given and what the system grants, the machine's own size not counted; nullopt without either.
    std::optional<std::int64_t> lowest_limit_bytes();

    // "container" and so on.
    std::string name_of(int limit);
}
