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
    // Written by one thread, read by any.
    class Counter
    {
    public:
        void add(std::int64_t amount)
        {
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
            // A relaxed load and store would do, but compile to three instructions; no lock, since nobody else writes.
            __asm__("addq %1, %0" : "+m"(value_) : "er"(amount));
#else
            write(read() + amount);
#endif
        }
        std::int64_t read() const { return __atomic_load_n(&value_, __ATOMIC_RELAXED); }
        void write(std::int64_t value) { __atomic_store_n(&value_, value, __ATOMIC_RELAXED); }

    private:
        std::int64_t value_ = 0;
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

    struct alignas(256) MakerTallies // a power of two: found by a shift
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
        MakerTallies* current = nullptr; // &tallies[maker]
        MakerTallies* tallies = nullptr; // maker_count of them, in pages that are touched when used
        MakerId maker = tutor;           // stamped on each block this thread makes
        MakerId started_as = tutor;      // what a learner's thread goes back to from any scope
        Role role = Role::tutor;
        bool runs_cells = false;
        bool in_pymalloc = false; // CPython's small-object allocator is at work on this thread
        std::atomic<bool> ended{false};
        std::uint32_t cell_serial = 0;     // of the cell whose maker a learner's thread carries
        std::uint32_t ended_at_serial = 0; // the cell that ran when the thread ended
        pid_t thread_id = 0;
        ThreadRecord* next = nullptr;
    };

    // Live bytes of the learner above the start of the cell, and the highest they were since the innermost span began.
    struct Levels
    {
        std::int64_t origin[origin_count] = {};
        std::int64_t origin_peak[origin_count] = {};
        std::int64_t peak = 0; // of the sum
        // While no level is above its own of these, no peak can have moved: one comparison for most allocations. The small
        // blocks' one is the lower of the two after it: where their own peak is, and where the sum's is.
        std::int64_t look[origin_count] = {};
        std::int64_t small_look_own = 0;
        std::int64_t small_look_sum = 0;

        // The sum's peak has become that much further away for the small blocks.
        void raise_small_look(std::int64_t bytes)
        {
            small_look_sum += bytes;
            look[0] = small_look_sum < small_look_own ? small_look_sum : small_look_own;
        }

        std::int64_t total() const { return origin[0] + origin[1] + origin[2]; }
    };

    // The cell that runs now. own is written by its thread alone, except for the small blocks' level, which whoever has the GIL
    // writes; others with locked instructions by all other threads. A page of its own, so that a file may lie under it: then the
    // levels outlive the process (black_box.hpp).
    struct alignas(4096) ActiveCell
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
        Counter others_small_operations; // with the GIL
        std::int64_t outer_peak = 0;     // the highest of the spans around the innermost; by the cell's thread alone
    };

    extern ActiveCell active_cell;
    extern std::atomic<std::uint32_t> serial_of_maker[maker_count]; // cell serial of each learner's maker, 0 for none
    // Of a thread that has done nothing yet; never written to.
    extern ThreadRecord nobody;
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
        return __builtin_expect(record != &nobody, 1) ? *record : acquire_thread_record();
    }

    // Brings the peaks up to the present levels. On the cell's thread.
    void look_at_peaks();

    // On the cell's thread, in its role or as the tutor.
    inline void lower_own_level(Origin origin, std::int64_t bytes)
    {
        Levels& own = active_cell.own;
        own.origin[static_cast<int>(origin)] -= bytes;
        if (origin != Origin::python_small)
        {
            own.raise_small_look(bytes);
        }
    }

    // Whether a peak may have moved: look_at_peaks then.
    inline bool raise_own_level(Origin origin, std::int64_t bytes)
    {
        Levels& own = active_cell.own;
        const int index = static_cast<int>(origin);
        const std::int64_t level = own.origin[index] += bytes;
        if (origin != Origin::python_small)
        {
            own.raise_small_look(-bytes);
        }
        return level > own.look[index] || (origin != Origin::python_small && own.origin[0] > own.look[0]);
    }

    // For all who are not the cell's thread in the learner's code.
    void raise_level_elsewhere(const ThreadRecord& record, Origin origin, std::int64_t bytes);
    void count_freed_elsewhere(ThreadRecord& record, MakerId maker, Origin origin, std::size_t bytes, std::size_t slack);

    inline void count_made(ThreadRecord& record, Origin origin, std::size_t bytes, std::size_t slack)
    {
        const auto amount = static_cast<std::int64_t>(bytes);
        record.current->made[static_cast<int>(origin)].add(amount, 1, static_cast<std::int64_t>(slack));
        if (__builtin_expect(record.role == Role::cell_thread, 1))
        {
            if (__builtin_expect(raise_own_level(origin, amount), 0))
            {
                look_at_peaks();
            }
        }
        else if (record.role == Role::other_thread)
        {
            raise_level_elsewhere(record, origin, amount);
        }
    }

    inline void count_freed(ThreadRecord& record, MakerId maker, Origin origin, std::size_t bytes, std::size_t slack)
    {
        if (__builtin_expect(record.role != Role::cell_thread || !is_learner(maker), 0))
        {
            count_freed_elsewhere(record, maker, origin, bytes, slack);
            return;
        }
        const auto amount = static_cast<std::int64_t>(bytes);
        record.tallies[maker].freed_by_learner[static_cast<int>(origin)].add(amount, 1, static_cast<std::int64_t>(slack));
        lower_own_level(origin, amount);
    }

    // Takes that back: the block was not freed after all.
    void count_not_freed(ThreadRecord& record, MakerId maker, Origin origin, std::size_t bytes, std::size_t slack);

    // count_made and count_freed for the commonest case: the role is cell_thread, the maker a learner's.
    // Whether a peak may have moved: look_at_peaks then.
    [[nodiscard]] inline bool count_made_by_cell(ThreadRecord& record, Origin origin, std::size_t bytes, std::size_t slack)
    {
        const auto amount = static_cast<std::int64_t>(bytes);
        record.current->made[static_cast<int>(origin)].add(amount, 1, static_cast<std::int64_t>(slack));
        return raise_own_level(origin, amount);
    }

    inline void count_freed_by_cell(ThreadRecord& record, MakerId maker, Origin origin, std::size_t bytes, std::size_t slack)
    {
        const auto amount = static_cast<std::int64_t>(bytes);
        record.tallies[maker].freed_by_learner[static_cast<int>(origin)].add(amount, 1, static_cast<std::int64_t>(slack));
        lower_own_level(origin, amount);
    }
}
