// A graph of objects as a tree of words: what stands in a terminal, and below the picture. Any thread.
#pragma once

#include <string>
#include <vector>

#include "report/document.hpp"

namespace xmemory::report
{
    // One a node, indented below its parent's, and one for each reference across: "↑ x, see above", or "↑ x: a cycle".
    std::vector<std::string> graph_lines(const Graph& graph);
}
