// The guess that a line of %memory predict made and that waits for its cell to end. On the thread that runs the cells, with the
// GIL, as the tutor.
#pragma once

#include <optional>

#include "magics/session.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    // After a cell has ended: the report of the guess that was about it, if there was one. A cell that failed answers nothing.
    std::optional<report::Document> answer_of(const report::CellRecord& record, const CellSource& source);

    // After answer_of, once a cell: whether its figures are not to be shown, since its guess could not be read and is to be
    // written again by somebody who has not seen them.
    bool take_held_back();
}
