// The counters that the hooks write: one record a thread, plain additions to memory that no other thread writes.
// here() gives the calling thread's record; count_made and count_freed book one block. They never throw, log, lock or
// allocate. Any thread, with or without the GIL. Sums over threads are read by ledger.hpp.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <sys/types.h>

#include "core/maker.hpp"

namespace xmemory::core
{
    // Written by one thread, read by any: relaxed loads and stores compile to plain moves.
    class Counter
    {
    public:
        void add(std::int64_t amount)
        {
            value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
        }
        std::int64_t read() const { return value_.load(std::memory_order_relaxed); }
        void write(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }

    private:
        std::atomic<std::int64_t> value_{0};
    };

    struct Tally
    {
        Counter bytes; // asked
        Counter blocks;
        Counter slack; // set aside − asked

        void add(std::int64_t more_bytes, std::int64_t more_blocks, std::int64_t more_slack)
        {
            bytes.add(more_bytes);
            blocks.add(more_blocks);
            slack.add(more_slack);
        }
    };

    struct MakerTallies
    {
        Tally made[origin_count];
        Tally freed_by_learner[origin_count];
        Tally freed_by_tutor[origin_count];
    };

    enum class Role : std::uint8_t {
        tutor,       // moves no level
        cell_thread, // the thread that runs the cell, in the learner's code
        other_thread // a thread that the learner's code started
    };

    struct ThreadRecord
    {
        MakerId maker = tutor;      // stamped on each block this thread makes
        MakerId started_as = tutor; // what a learner's thread goes back to from any scope
        Role role = Role::tutor;
        bool runs_cells = false;
        bool in_pymalloc = false; // CPython's small-object allocator is at work on this thread
        std::atomic<bool> ended{false};
        std::uint32_t cell_serial = 0;     // of the cell whose maker a learner's thread carries
        std::uint32_t ended_at_serial = 0; // the cell that ran when the thread ended
        pid_t thread_id = 0;
        MakerTallies* current = nullptr; // &tallies[maker]
        MakerTallies* tallies = nullptr; // maker_count of them, in pages that are touched when used
        ThreadRecord* next = nullptr;
    };

    // Live bytes of the learner above the start of the cell, and the highest they were since the innermost span began.
    struct Levels
    {
        std::int64_t origin[origin_count] = {};
        std::int64_t origin_peak[origin_count] = {};
        std::int64_t peak = 0; // of the sum
        // While the small blocks' level is not above this, no peak can have moved: one comparison for most allocations.
        std::atomic<std::int64_t> small_look{0};

        std::int64_t total() const { return origin[0] + origin[1] + origin[2]; }
    };

    // The cell that runs now. own is written by its thread alone, others with locked instructions by all other threads.
    struct ActiveCell
    {
        std::atomic<std::uint32_t> serial{0}; // 0: none
        MakerId maker = tutor;                // of the innermost span; read and written by the cell's thread alone
        MakerId source_maker = tutor;         // likewise
        Levels own;
        std::atomic<std::int64_t> others_total{0};
        std::atomic<std::int64_t> others_origin[origin_count] = {};
        std::atomic<std::int64_t> others_peak{0};
        std::atomic<std::int64_t> others_origin_peak[origin_count] = {};
        std::atomic<std::int64_t> others_operations{0};
    };

    extern ActiveCell active_cell;
    extern std::atomic<std::uint32_t> serial_of_maker[maker_count]; // cell serial of each learner's maker, 0 for none
    // __thread, not thread_local: the latter is reached through a function that might have to construct it.
    extern __thread ThreadRecord* thread_record __attribute__((tls_model("initial-exec")));

    // Makes or reuses a record for this thread, which will work for that cell; maps memory, never mallocs.
    ThreadRecord& acquire_thread_record(std::uint32_t cell_serial = 0);
    // All records ever made, newest first; records are never unmapped.
    ThreadRecord* first_thread_record();
    // What a new thread starts with; called on it before anything else (malloc_hooks.cpp).
    void start_thread_as(MakerId maker, std::uint32_t cell_serial);
    // Called on each thread that the learner's code starts, before its own code; set once, before there are any.
    extern void (*on_learners_thread)();

    inline ThreadRecord& here()
    {
        ThreadRecord* record = thread_record;
        return __builtin_expect(record != nullptr, 1) ? *record : acquire_thread_record();
    }

    void move_level_from_other_thread(Origin origin, std::int64_t bytes);
    void lower_level_by_other_role(const ThreadRecord& record, MakerId maker, Origin origin, std::int64_t bytes);

    // Brings the peaks up to the present levels. On the cell's thread.
    void look_at_peaks();

    inline void move_own_level(Origin origin, std::int64_t bytes)
    {
        Levels& own = active_cell.own;
        const std::int64_t level = own.origin[static_cast<int>(origin)] += bytes;
        if (origin != Origin::python_small ? bytes > 0 : level > own.small_look.load(std::memory_order_relaxed))
        {
            look_at_peaks();
        }
    }

    inline void move_level(const ThreadRecord& record, Origin origin, std::int64_t bytes)
    {
        if (record.role == Role::cell_thread)
        {
            move_own_level(origin, bytes);
        }
        else if (record.cell_serial == active_cell.serial.load(std::memory_order_relaxed))
        {
            move_level_from_other_thread(origin, bytes);
        }
    }

    inline void count_made(ThreadRecord& record, Origin origin, std::size_t bytes, std::size_t slack)
    {
        const auto amount = static_cast<std::int64_t>(bytes);
        record.current->made[static_cast<int>(origin)].add(amount, 1, static_cast<std::int64_t>(slack));
        if (record.role != Role::tutor)
        {
            move_level(record, origin, amount);
        }
    }

    // direction −1 takes a booking back: the block was not freed after all.
    inline void count_freed(ThreadRecord& record, MakerId maker, Origin origin, std::size_t bytes, std::size_t slack,
                            int direction = 1)
    {
        const std::int64_t amount = direction * static_cast<std::int64_t>(bytes);
        const std::int64_t rounding = direction * static_cast<std::int64_t>(slack);
        MakerTallies& tallies = record.tallies[maker];
        if (record.role == Role::tutor)
        {
            tallies.freed_by_tutor[static_cast<int>(origin)].add(amount, direction, rounding);
            if (is_learner(maker))
            {
                lower_level_by_other_role(record, maker, origin, amount);
            }
            return;
        }
        tallies.freed_by_learner[static_cast<int>(origin)].add(amount, direction, rounding);
        if (!is_learner(maker))
        {
            return;
        }
        if (record.role == Role::other_thread && record.cell_serial != active_cell.serial.load(std::memory_order_relaxed))
        {
            lower_level_by_other_role(record, maker, origin, amount); // a thread of an earlier cell
            return;
        }
        move_level(record, origin, -amount);
    }
}
