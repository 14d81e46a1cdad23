// What each of the last cells did to Python's pools: read at its begin and at its end, so nothing of what the kernel does between
// two cells is in it. A reading is one look at the header of each pool: some 0.03 ms for 24 arenas, 1 ms for 943. On the thread
// that runs the cells, with the GIL, as the tutor.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "core/zone.hpp"
#include "cpython/pymalloc.hpp"

namespace xmemory::magics
{
    // Each number is a difference: more is positive.
    struct PoolChange
    {
        struct Class
        {
            int class_bytes = 0;
            std::int64_t pools = 0;
            std::int64_t blocks_in_use = 0;
            std::int64_t free_blocks = 0;
        };

        int cell = 0;
        std::int64_t arenas_mapped = 0; // came from the system
        std::int64_t arenas_unmapped = 0;
        std::int64_t arenas_at_end = 0; // not a difference
        std::int64_t pools_in_use = 0;
        std::int64_t blocks_in_use = 0;
        std::int64_t set_aside_bytes = 0;
        std::vector<Class> classes; // those that changed
    };

    class PoolChanges
    {
    public:
        void begin_cell();
        // cell: as shown to people; one of number 0 is not kept.
        PoolChange end_cell(int cell);
        // nullptr for a cell that is not among the last thousand.
        const PoolChange* find(int cell) const;
        // Of the oldest one that is kept, 0 for none.
        int oldest() const { return changes_.empty() ? 0 : changes_.front().cell; }

    private:
        cpython::pymalloc::PoolSums pools_;
        core::zone::Counts arenas_;
        std::deque<PoolChange> changes_;
    };
}
