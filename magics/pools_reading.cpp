#include "core/makers.hpp"
#include "magics/heap_walk.hpp"
#include "magics/pools_reading.hpp"

namespace xmemory::magics
{
    namespace
    {
        namespace pymalloc = cpython::pymalloc;
        using nlohmann::json;

        json classes(const PoolsReading& reading)
        {
            json all = json::array();
            for (std::size_t index = 0; index < pymalloc::class_count; ++index)
            {
                const auto& sums = reading.sums.classes[index];
                const auto size = static_cast<std::int64_t>((index + 1) * pymalloc::class_step);
                if (sums.pools != 0)
                {
                    all.push_back({{"class", index},
                                   {"size_bytes", size},
                                   {"pools", sums.pools},
                                   {"blocks", sums.blocks_in_use},
                                   {"free_blocks", sums.free_blocks},
                                   {"used_bytes", sums.blocks_in_use * size},
                                   {"free_bytes", sums.free_blocks * size},
                                   {"rounding_bytes", reading.rounding.bytes[index]}});
                }
            }
            return all;
        }

        const char* maker_kind(core::MakerId maker)
        {
            return maker == core::tutor ? "kernel" : core::is_learner(maker) ? "cell" : "code";
        }

        // cell: 0 for one too long ago to name, null for the kernel.
        json cell_of(core::MakerId maker) { return maker == core::tutor ? json() : json(core::makers::cell_of(maker)); }

        const char* kind_of(const cpython::Pins& pins)
        {
            static constexpr const char* names[] = {"object", "part", "free_list", "unknown"};
            return names[static_cast<int>(pins.kind)];
        }

        json pins(const std::vector<cpython::Pins>& pins)
        {
            json all = json::array();
            for (const cpython::Pins& each : pins)
            {
                all.push_back({{"kind", kind_of(each)},
                               {"type", each.type.empty() ? json() : json(each.type)},
                               {"made_by", maker_kind(each.maker)},
                               {"cell", cell_of(each.maker)},
                               {"blocks", each.blocks},
                               {"bytes", each.bytes}});
            }
            return all;
        }

        json held_back(const cpython::HeldBack& held)
        {
            return {{"arenas", held.arenas},
                    {"arena_bytes", held.arenas * static_cast<std::int64_t>(pymalloc::arena_size)},
                    {"used_bytes", held.used_bytes},
                    {"blocks", held.blocks},
                    {"objects", held.objects},
                    {"unreadable_pools", held.unreadable_pools},
                    {"below_share", cpython::held_back_below},
                    {"pins", pins(held.pins)}};
        }
    }

    std::int64_t PoolsReading::rounding_bytes() const
    {
        std::int64_t sum = 0;
        for (const std::int64_t bytes : rounding.bytes)
        {
            sum += bytes;
        }
        return sum;
    }

    PoolsReading read_for_report(const Progress& progress)
    {
        PoolsReading reading;
        reading.held_back = *walk_heap("Looking at what is in Python's pools", progress,
                                       [&](const std::function<bool()>& keep_going)
                                       {
                                           reading.arenas = pymalloc::read_arenas();
                                           return cpython::find_held_back(reading.arenas, keep_going);
                                       });
        // Nothing ran since: the figures below are of the same moment.
        reading.sums = pymalloc::read_pools();
        reading.rounding = pymalloc::read_rounding(reading.arenas);
        reading.counts = core::zone::counts(core::zone::Use::arena);
        reading.malloc = read_malloc();
        reading.python_large = core::ledger::in_use(core::Origin::python_large);
        reading.native = core::ledger::in_use(core::Origin::native);
        return reading;
    }

    json to_json(const PoolsReading& reading)
    {
        const pymalloc::PoolSums& sums = reading.sums;
        json malloc = to_json(reading.malloc);
        malloc["python_large_bytes"] = reading.python_large.bytes;
        malloc["python_large_blocks"] = reading.python_large.blocks;
        malloc["native_bytes"] = reading.native.bytes;
        malloc["native_blocks"] = reading.native.blocks;
        return {{"arenas", sums.arenas},
                {"arena_bytes", sums.arena_bytes()},
                {"blocks", sums.blocks},
                {"used_bytes", sums.set_aside_bytes},
                {"free_bytes", sums.free_block_bytes},
                {"pools", sums.pools_in_use},
                {"unused_pools", sums.unused_pools},
                {"unused_pool_bytes", sums.unused_pool_bytes()},
                {"pool_header_bytes", sums.pool_header_bytes()},
                {"end_of_pool_bytes", sums.end_of_pool_bytes},
                {"rounding_bytes", reading.rounding_bytes()},
                {"rounding_is_exact", reading.rounding.exact},
                {"damaged_pools", sums.damaged_pools},
                {"frame_chunk_bytes", sums.frame_chunk_bytes},
                {"arenas_allocated_total", reading.counts.mapped},
                {"arenas_reclaimed", reading.counts.unmapped},
                {"arenas_highwater", reading.counts.most_at_once},
                {"classes", classes(reading)},
                {"held_back", held_back(reading.held_back)},
                {"malloc", std::move(malloc)}};
    }
}
