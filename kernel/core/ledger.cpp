#include "core/ledger.hpp"

#include "core/makers.hpp"
#include "core/tally.hpp"

namespace xmemory::core
{
    namespace
    {
        Amount freed_by_learner_of(MakerId maker)
        {
            const makers::Sums sums = makers::sums(maker);
            return sums.freed_by_learner[0] + sums.freed_by_learner[1] + sums.freed_by_learner[2];
        }

        Amount in_use_of(makers::Kind kind, int number)
        {
            Amount in_use;
            for (const MakerId maker : makers::taken(kind))
            {
                if (makers::cell_of(maker) == number)
                {
                    in_use += makers::sums(maker).in_use();
                }
            }
            return in_use;
        }
    }

    namespace ledger
    {
        Amount still_in_use(int number) { return in_use_of(makers::Kind::learner, number); }

        Amount source_in_use(int number) { return in_use_of(makers::Kind::source, number); }

        std::map<int, Amount> in_use_by_cell()
        {
            std::map<int, Amount> by_cell;
            for (const MakerId maker : makers::taken(makers::Kind::learner))
            {
                const Amount in_use = makers::sums(maker).in_use();
                if (in_use.blocks != 0)
                {
                    by_cell[makers::cell_of(maker)] += in_use;
                }
            }
            return by_cell;
        }

        std::map<int, Amount> made_in_background() { return makers::made_in_background(); }

        std::map<MakerId, std::vector<Amount>> in_use_by_maker()
        {
            std::map<MakerId, std::vector<Amount>> by_maker;
            std::vector<MakerId> all = makers::taken(makers::Kind::learner);
            const std::vector<MakerId> sources = makers::taken(makers::Kind::source);
            all.insert(all.end(), sources.begin(), sources.end());
            all.push_back(tutor);
            for (const MakerId maker : all)
            {
                const makers::Sums sums = makers::sums(maker);
                if (sums.in_use().blocks != 0)
                {
                    by_maker[maker] = {sums.in_use(0), sums.in_use(1), sums.in_use(2)};
                }
            }
            return by_maker;
        }

        Amount freed_of_sources()
        {
            Amount freed;
            for (const MakerId maker : makers::taken(makers::Kind::source))
            {
                freed += freed_by_learner_of(maker);
            }
            return freed;
        }

        Amount freed_of_kernels() { return freed_by_learner_of(tutor); }

        Amount in_use(Origin origin)
        {
            Amount all;
            for (const auto& [maker, by_origin] : in_use_by_maker())
            {
                all += by_origin[static_cast<std::size_t>(origin)];
            }
            return all;
        }

        Amount booked(Origin origin)
        {
            const int index = static_cast<int>(origin);
            const auto amount = [](const Tally& tally) {
                return Amount{tally.bytes.read(), tally.blocks.read(), tally.slack.read()};
            };
            Amount all;
            for (const ThreadRecord* record = first_thread_record(); record; record = record->next)
            {
                for (int maker = 0; maker < maker_count; ++maker)
                {
                    const MakerTallies& tallies = record->tallies[maker];
                    all += amount(tallies.made[index]);
                    all -= amount(tallies.freed_by_learner[index]) + amount(tallies.freed_by_tutor[index]);
                }
            }
            if (origin == Origin::python_small)
            {
                Tally made;
                Tally freed;
                add_small_counts(made, freed);
                all += amount(made) - amount(freed);
            }
            return all;
        }
    }
}
