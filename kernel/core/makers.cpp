#include "core/makers.hpp"

#include <algorithm>
#include <bitset>
#include <optional>

#include "core/malloc_block.hpp"
#include "core/tally.hpp"
#include "core/zone.hpp"

namespace xmemory::core::makers
{
    namespace
    {
        struct Entry
        {
            int cell = 0;
            Sums base; // what the threads' tallies held when this life of the number began
            std::optional<Amount> made_at_end; // of its cell
        };
        Entry entries[maker_count];

        struct Pool
        {
            MakerId first;
            MakerId last;
            MakerId heir; // takes over what an evicted maker still has in use
            std::vector<MakerId> taken;
            std::vector<MakerId> free;
            std::size_t look_again_at = 64;
        };

        Pool make_pool(MakerId first, MakerId last, MakerId heir)
        {
            Pool pool{first, last, heir, {}, {}};
            for (int maker = last; maker >= first; --maker)
            {
                pool.free.push_back(static_cast<MakerId>(maker));
            }
            return pool;
        }

        Pool& pool_of(Kind kind)
        {
            static Pool learner = make_pool(first_learner, last_learner, earlier_cells);
            static Pool source = make_pool(first_source, last_source, earlier_sources);
            return kind == Kind::learner ? learner : source;
        }

        std::map<int, Amount> background_of_departed;

        Amount background_of(MakerId maker)
        {
            const Entry& entry = entries[maker];
            return entry.made_at_end && entry.cell != 0 ? sums(maker).all_made() - *entry.made_at_end : Amount{};
        }

        // Before its number is free again.
        void write_down_background(MakerId maker)
        {
            constexpr std::size_t most = 10'000;
            if (const Amount background = background_of(maker); background.blocks != 0)
            {
                background_of_departed[entries[maker].cell] += background;
            }
            if (background_of_departed.size() > most)
            {
                background_of_departed.erase(background_of_departed.begin());
            }
        }

        Amount read(const Tally& tally) { return {tally.bytes.read(), tally.blocks.read(), tally.slack.read()}; }

        Sums raw_sums(MakerId maker)
        {
            Sums sums;
            for (const ThreadRecord* record = first_thread_record(); record; record = record->next)
            {
                const MakerTallies& tallies = record->tallies[maker];
                for (int origin = 0; origin < origin_count; ++origin)
                {
                    sums.made[origin] += read(tallies.made[origin]);
                    sums.freed_by_learner[origin] += read(tallies.freed_by_learner[origin]);
                    sums.freed_by_tutor[origin] += read(tallies.freed_by_tutor[origin]);
                }
            }
            if (maker == active_cell.maker)
            {
                constexpr int small = static_cast<int>(Origin::python_small);
                Tally made;
                Tally freed;
                add_small_counts(made, freed);
                sums.made[small] += read(made);
                sums.freed_by_learner[small] += read(freed);
            }
            return sums;
        }

        bool is_on_the_stack(MakerId maker)
        {
            const std::uint32_t now = active_cell.serial.load(std::memory_order_relaxed);
            return now != 0 && serial_of_maker[maker].load(std::memory_order_relaxed) == now;
        }

        // A thread that goes on working for a cell keeps the cell's number taken.
        bool has_a_thread(MakerId maker)
        {
            for (const ThreadRecord* record = first_thread_record(); record; record = record->next)
            {
                if (record->started_as == maker && !record->ended.load(std::memory_order_acquire))
                {
                    return true;
                }
            }
            return false;
        }

        // The threads first: what the last of them made just before it ended is in the sums that are read after it.
        bool is_unused(MakerId maker) { return !has_a_thread(maker) && sums(maker).in_use().blocks == 0; }

        bool is_finished(MakerId maker) { return is_unused(maker) && !is_on_the_stack(maker); }

        void free_finished(Pool& pool)
        {
            auto finished = std::stable_partition(pool.taken.begin(), pool.taken.end(),
                                                  [](MakerId maker) { return !is_finished(maker); });
            std::for_each(finished, pool.taken.end(), write_down_background);
            pool.free.insert(pool.free.end(), std::make_reverse_iterator(pool.taken.end()),
                             std::make_reverse_iterator(finished));
            pool.taken.erase(finished, pool.taken.end());
            pool.look_again_at = std::max<std::size_t>(64, 2 * pool.taken.size());
        }

        void retag_small_blocks(const std::bitset<maker_count>& from, MakerId to)
        {
            const void* at = reinterpret_cast<const void*>(zone::base);
            for (auto mapping = zone::next_mapping(at); mapping.address; mapping = zone::next_mapping(at))
            {
                Tag* tag = zone::tag_of(mapping.address);
                Tag* end = tag + mapping.bytes / granule;
                for (; tag != end; ++tag)
                {
                    if (from[*tag >> 4])
                    {
                        *tag = static_cast<Tag>(to << 4 | (*tag & 15));
                    }
                }
                at = mapping.address + mapping.bytes;
            }
        }

        void evict(MakerId maker, MakerId heir)
        {
            const Sums left = sums(maker);
            for (int origin = 0; origin < origin_count; ++origin)
            {
                entries[heir].base.made[origin] -= left.in_use(origin);
            }
            write_down_background(maker);
            malloc_block::disown(maker);
        }

        // Several at once, since all tags have to be read for it.
        void evict_oldest(Pool& pool)
        {
            std::bitset<maker_count> evicted;
            const auto stays = [&](MakerId maker)
            {
                if (evicted.count() == evicted_at_once || is_on_the_stack(maker) || has_a_thread(maker))
                {
                    return true;
                }
                evicted.set(maker);
                return false;
            };
            const auto gone = std::stable_partition(pool.taken.begin(), pool.taken.end(), stays);
            std::for_each(gone, pool.taken.end(), [&](MakerId maker) { evict(maker, pool.heir); });
            retag_small_blocks(evicted, pool.heir);
            pool.free.insert(pool.free.end(), std::make_reverse_iterator(pool.taken.end()), std::make_reverse_iterator(gone));
            pool.taken.erase(gone, pool.taken.end());
        }
    }

    Amount Sums::in_use() const { return in_use(0) + in_use(1) + in_use(2); }

    MakerId take(Kind kind, int cell, std::uint32_t serial)
    {
        Pool& pool = pool_of(kind);
        if (pool.free.empty() || pool.taken.size() >= pool.look_again_at)
        {
            free_finished(pool);
        }
        if (pool.free.empty())
        {
            evict_oldest(pool);
        }
        if (pool.free.empty())
        {
            return pool.heir; // every number has a thread at work: the cell shares one
        }
        const MakerId maker = pool.free.back();
        pool.free.pop_back();
        pool.taken.push_back(maker);
        entries[maker].cell = cell;
        entries[maker].base = raw_sums(maker);
        entries[maker].made_at_end.reset();
        serial_of_maker[maker].store(kind == Kind::learner ? serial : 0, std::memory_order_relaxed);
        return maker;
    }

    bool give_back_if_unused(MakerId maker)
    {
        Pool& pool = pool_of(Kind::learner);
        const auto found = std::find(pool.taken.rbegin(), pool.taken.rend(), maker);
        if (found == pool.taken.rend() || !is_unused(maker))
        {
            return false;
        }
        pool.taken.erase(std::next(found).base());
        pool.free.push_back(maker);
        return true;
    }

    Sums sums(MakerId maker)
    {
        Sums sums = raw_sums(maker);
        const Sums& base = entries[maker].base;
        for (int origin = 0; origin < origin_count; ++origin)
        {
            sums.made[origin] -= base.made[origin];
            sums.freed_by_learner[origin] -= base.freed_by_learner[origin];
            sums.freed_by_tutor[origin] -= base.freed_by_tutor[origin];
        }
        return sums;
    }

    Sums end(MakerId maker)
    {
        const Sums at_end = sums(maker);
        entries[maker].made_at_end = at_end.all_made();
        return at_end;
    }

    std::map<int, Amount> made_in_background()
    {
        std::map<int, Amount> by_cell = background_of_departed;
        for (const MakerId maker : taken(Kind::learner))
        {
            if (const Amount background = background_of(maker); background.blocks != 0)
            {
                by_cell[entries[maker].cell] += background;
            }
        }
        return by_cell;
    }

    int cell_of(MakerId maker) { return entries[maker].cell; }

    std::vector<MakerId> taken(Kind kind)
    {
        const Pool& pool = pool_of(kind);
        std::vector<MakerId> makers{pool.heir};
        makers.insert(makers.end(), pool.taken.begin(), pool.taken.end());
        return makers;
    }
}
