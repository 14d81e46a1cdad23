// What a ring of objects shows: which of them are drawn, which are alike, and the ring in words. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/document.hpp"

namespace xmemory::report
{
    inline constexpr std::size_t most_ring_nodes = 8;

    struct RingNode
    {
        std::string name;
        int kind = 0; // the same for the same name, counted from 0 in the order of their first
    };

    struct DrawnRing
    {
        std::vector<RingNode> nodes; // at most most_ring_nodes
        std::int64_t more = 0;       // further objects, between the last of the nodes and the first
    };

    DrawnRing drawn_ring(const Ring& ring);

    // "Node → list → 5 more → " and then how it closes; empty for a ring of nothing.
    std::string ring_words(const Ring& ring, const std::string& closing);
}
