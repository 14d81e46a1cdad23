// The register of makers: which number stands for which cell, how much of each is in use, and which number may be used again.
// A number is free again when nothing made under it is in use; when none is free, the oldest cells lose their own and what they
// made goes to earlier_cells. Only on the thread that runs the cells, with the GIL; never from a hook.
#pragma once

#include <map>
#include <vector>

#include "core/ledger.hpp"
#include "core/maker.hpp"

namespace xmemory::core::makers
{
    // All bookings of one maker in its present life, summed over threads.
    struct Sums
    {
        Amount made[origin_count];
        Amount freed_by_learner[origin_count];
        Amount freed_by_tutor[origin_count];

        Amount in_use(int origin) const { return made[origin] - freed_by_learner[origin] - freed_by_tutor[origin]; }
        Amount in_use() const;
        Amount all_made() const { return made[0] + made[1] + made[2]; }
    };

    enum class Kind { learner, source };

    inline constexpr std::size_t evicted_at_once = 32; // cells whose numbers are taken away when none is free

    MakerId take(Kind kind, int cell, std::uint32_t serial);
    // Gives a learner's number back at once if nothing made under it is in use and no thread carries it; its sums stand until
    // it is taken again.
    bool give_back_if_unused(MakerId maker);
    Sums sums(MakerId maker);
    // The same, at the end of the maker's cell: what is made under it from now on is done in the background.
    Sums end(MakerId maker);
    // What was made in the background, by cell: by threads and tasks that went on after their cell. Cells whose makers are gone
    // included, the last ten thousand that had any.
    std::map<int, Amount> made_in_background();
    int cell_of(MakerId maker);
    // The makers that have a cell now, earlier_cells first.
    std::vector<MakerId> taken(Kind kind);
}
