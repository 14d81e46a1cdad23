// The pictures of a report in a terminal, drawn with block and line characters in at most 80 columns. For render_text. Empty
// for a picture of nothing. Any thread.
#pragma once

#include <string>

#include "report/document.hpp"

namespace xmemory::report
{
    // One glyph a column; a bar that is not empty at least a sliver.
    std::string bar_text(const Bar& bar, std::int64_t full_bytes, int columns);

    std::string picture_text(const Picture& picture);
    std::string picture_text(const Squares& squares);
    std::string picture_text(const Chart& chart);
    std::string picture_text(const Ring& ring);
    std::string picture_text(const Nearness& nearness);
    std::string picture_text(const Fan& fan);
    std::string picture_text(const Graph& graph);
}
