#include "report/ring.hpp"

#include <algorithm>

#include "report/numbers.hpp"

namespace xmemory::report
{
    namespace
    {
        int kind_of(const std::string& name, const std::vector<RingNode>& nodes)
        {
            int next = 0;
            for (const RingNode& node : nodes)
            {
                if (node.name == name)
                    return node.kind;
                next = std::max(next, node.kind + 1);
            }
            return next;
        }
    }

    DrawnRing drawn_ring(const Ring& ring)
    {
        DrawnRing drawn;
        const std::size_t shown = std::min(ring.names.size(), most_ring_nodes);
        for (std::size_t i = 0; i < shown; ++i)
            drawn.nodes.push_back({ring.names[i], kind_of(ring.names[i], drawn.nodes)});
        drawn.more = std::max<std::int64_t>(ring.others, 0) + static_cast<std::int64_t>(ring.names.size() - shown);
        return drawn;
    }

    std::string ring_words(const Ring& ring, const std::string& closing)
    {
        const DrawnRing drawn = drawn_ring(ring);
        std::string words;
        for (const RingNode& node : drawn.nodes)
            words += node.name + " → ";
        if (!words.empty() && drawn.more > 0)
            words += count(drawn.more) + " more → ";
        return words.empty() ? words : words + closing;
    }
}
