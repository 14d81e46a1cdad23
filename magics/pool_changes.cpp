#include "magics/pool_changes.hpp"

#include <algorithm>

namespace xmemory::magics
{
    namespace
    {
        namespace pymalloc = cpython::pymalloc;

        constexpr std::size_t cells_kept = 1'000;

        std::vector<PoolChange::Class> changed_classes(const pymalloc::PoolSums& before, const pymalloc::PoolSums& after)
        {
            std::vector<PoolChange::Class> changed;
            for (std::size_t index = 0; index < pymalloc::class_count; ++index)
            {
                const auto& from = before.classes[index];
                const auto& to = after.classes[index];
                const PoolChange::Class change{static_cast<int>((index + 1) * pymalloc::class_step), to.pools - from.pools,
                                               to.blocks_in_use - from.blocks_in_use, to.free_blocks - from.free_blocks};
                if (change.pools != 0 || change.blocks_in_use != 0 || change.free_blocks != 0)
                {
                    changed.push_back(change);
                }
            }
            return changed;
        }
    }

    void PoolChanges::begin_cell()
    {
        pools_ = pymalloc::read_pools();
        arenas_ = core::zone::counts(core::zone::Use::arena);
    }

    PoolChange PoolChanges::end_cell(int cell)
    {
        const pymalloc::PoolSums pools = pymalloc::read_pools();
        const core::zone::Counts arenas = core::zone::counts(core::zone::Use::arena);
        PoolChange change;
        change.cell = cell;
        change.arenas_mapped = arenas.mapped - arenas_.mapped;
        change.arenas_unmapped = arenas.unmapped - arenas_.unmapped;
        change.arenas_at_end = arenas.held();
        change.pools_in_use = pools.pools_in_use - pools_.pools_in_use;
        change.blocks_in_use = pools.blocks - pools_.blocks;
        change.set_aside_bytes = pools.set_aside_bytes - pools_.set_aside_bytes;
        change.classes = changed_classes(pools_, pools);
        if (cell != 0)
        {
            changes_.push_back(change);
        }
        if (changes_.size() > cells_kept)
        {
            changes_.pop_front();
        }
        return change;
    }

    const PoolChange* PoolChanges::find(int cell) const
    {
        const auto found =
            std::find_if(changes_.rbegin(), changes_.rend(), [&](const PoolChange& change) { return change.cell == cell; });
        return found == changes_.rend() ? nullptr : &*found;
    }
}
