// How much of what the learner's code took is in use above the start of the cell, and the highest that was: the cell's peaks.
// A high is written down when a level is about to fall below it, not each time it rises: growth, the commonest work, then costs
// one addition a block, and one comparison for small ones. Never throw, log, lock or allocate.
#pragma once

#include <cstdint>

#include "core/maker.hpp"

namespace xmemory::core
{
    // What the cell's own thread took and freed, and everybody's small blocks; written by the cell's thread alone, but for the
    // small blocks' part, which whoever has the GIL writes.
    struct Levels
    {
        std::int64_t origin[origin_count] = {};
        std::int64_t small_high = 0; // of origin[0] since any other level fell, or the highs were written down last
        // Written down so far, since the innermost span began.
        std::int64_t origin_peak[origin_count] = {};
        std::int64_t peak = 0; // of the sum
        // The same less what others added to the levels when that was read: while the own part is not above it, there is nothing to
        // write down. Others set it to the lowest number, so that it is looked at again.
        std::int64_t look[origin_count] = {};
        std::int64_t look_total = 0;

        std::int64_t total() const { return origin[0] + origin[1] + origin[2]; }

        void raise_small(std::int64_t bytes)
        {
            const std::int64_t level = origin[0] += bytes;
            if (level > small_high)
            {
                small_high = level;
            }
        }
        void lower_small(std::int64_t bytes) { origin[0] -= bytes; }
    };

    // Changed by several threads, with locked instructions.
    class SharedLevel
    {
    public:
        std::int64_t read() const { return __atomic_load_n(&value_, __ATOMIC_RELAXED); }
        void write(std::int64_t value) { __atomic_store_n(&value_, value, __ATOMIC_RELAXED); }
        std::int64_t add(std::int64_t amount) { return __atomic_add_fetch(&value_, amount, __ATOMIC_RELAXED); }
        void raise_to(std::int64_t level);

    private:
        std::int64_t value_ = 0;
    };

    // What other threads add to the levels of the cell's own.
    struct OthersLevels
    {
        SharedLevel total;
        SharedLevel origin[origin_count];
        SharedLevel peak;
        SharedLevel origin_peak[origin_count];
    };

    // A page of its own, so that a file may lie under it: then the levels outlive the process (black_box.hpp).
    struct alignas(4096) LevelsPage
    {
        Levels own;
        OthersLevels others;
        std::int64_t outer_peak = 0; // the highest of the spans around the innermost; by the cell's thread alone
    };

    extern LevelsPage levels_page;
    inline constexpr Levels& own_levels = levels_page.own;
    inline constexpr OthersLevels& others_levels = levels_page.others;

    // Writes down how high the levels are now and the small blocks' were. On the cell's thread, or with the GIL on one that works
    // for the cell.
    void write_down_highs();

    // Of malloc's blocks: index is that of their origin. On the cell's thread, in its role or as the tutor.
    // Whether nothing has to be written down before that level changes.
    inline bool are_highs_written_down(int index)
    {
        const Levels& own = own_levels;
        const std::int64_t total = own.small_high + own.origin[1] + own.origin[2];
        return total <= own.look_total && own.origin[index] <= own.look[index] && own.small_high <= own.look[0];
    }
    inline bool may_rise(int index)
    {
        return own_levels.small_high == own_levels.origin[0] || are_highs_written_down(index);
    }
    // Preconditions: may_rise, or are_highs_written_down where bytes are below 0.
    inline void move_own_malloc_level(int index, std::int64_t bytes)
    {
        own_levels.small_high = own_levels.origin[0]; // from now on it is a high with other bytes
        own_levels.origin[index] += bytes;
    }

    inline void raise_own_malloc_level(int index, std::int64_t bytes)
    {
        if (!may_rise(index))
        {
            write_down_highs();
        }
        move_own_malloc_level(index, bytes);
    }

    inline void lower_own_malloc_level(int index, std::int64_t bytes)
    {
        if (!are_highs_written_down(index))
        {
            write_down_highs();
        }
        move_own_malloc_level(index, -bytes);
    }

    inline void raise_own_level(Origin origin, std::int64_t bytes)
    {
        origin == Origin::python_small ? own_levels.raise_small(bytes) : raise_own_malloc_level(static_cast<int>(origin), bytes);
    }

    inline void lower_own_level(Origin origin, std::int64_t bytes)
    {
        origin == Origin::python_small ? own_levels.lower_small(bytes) : lower_own_malloc_level(static_cast<int>(origin), bytes);
    }

    // On any other thread, with or without the GIL. What it reads of the cell's own levels may be a moment old: a peak to which
    // other threads of the learner's added is "at least". One that only lowers leaves the peak exact, for before or after what the
    // cell's thread does meanwhile are both what happened.
    void move_others_level(Origin origin, std::int64_t bytes);
}
