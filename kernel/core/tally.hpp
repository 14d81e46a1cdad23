// The counters that the hooks write: one record a thread, plain additions to memory that no other thread writes.
// here() gives the calling thread's record; count_made and count_freed book one block. They never throw, log, lock or
// allocate. Any thread, with or without the GIL. Sums over threads are read by ledger.hpp.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <sys/types.h>

#include "core/levels.hpp"
#include "core/maker.hpp"
#include "core/tag.hpp"

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

    // Small blocks of the active maker by the bytes that were asked for: one counter tells blocks, bytes and slack at once. What
    // it holds belongs to active_cell.maker, and goes to that maker's tallies before another becomes active (make_active).
    // Written with the GIL, as Python's small blocks are made and freed with it.
    struct SmallCounts
    {
        static constexpr std::size_t largest = 512;

        Counter made[largest + 1];
        Counter freed_by_learner[largest + 1];
    };

    struct ThreadRecord
    {
        TagMaker learner_tag = no_tag_maker; // maker in the learner's code, none while the thread does other work
        MakerTallies* current = nullptr; // &tallies[maker]
        MakerTallies* tallies = nullptr; // maker_count of them, in pages that are touched when used
        MakerId maker = tutor;           // stamped on each block this thread makes
        MakerId started_as = tutor;      // what a learner's thread goes back to from any scope
        Role role = Role::tutor;
        bool runs_cells = false;
        bool in_pymalloc = false; // CPython's small-object allocator is at work on this thread
        std::atomic<bool> ended{false};
        std::int64_t start_allowance = -1; // thread_start.hpp; below 0: not a thread that the learner's code started
        std::int64_t credit = 0;           // bytes that it may take until it looks at the level (budget.hpp)
        std::uint32_t cell_serial = 0;     // of the cell whose maker a learner's thread carries
        std::uint32_t ended_at_serial = 0; // the cell that ran when the thread ended
        pid_t thread_id = 0;
        ThreadRecord* next = nullptr;
        SmallCounts small;

        // From now on it does that maker's work, in that role.
        void work_for(MakerId whose, Role as)
        {
            role = as;
            maker = whose;
            current = &tallies[whose];
            learner_tag = as == Role::tutor ? no_tag_maker : tag_maker_of(whose);
        }
    };

    // The cell that runs now; its levels stand in levels.hpp.
    struct ActiveCell
    {
        std::atomic<std::uint32_t> serial{0}; // 0: none
        MakerId maker = tutor;                // of the innermost span; read and written by the cell's thread alone
        TagMaker tag = tag_maker_of(tutor);   // the same maker; read with the GIL
        MakerId source_maker = tutor;         // as maker
        std::atomic<std::int64_t> others_operations{0};
        Counter others_small_operations; // with the GIL
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

    // Makes this maker the active one; what the small counts of all threads hold goes to the one before. On the cell's thread, with
    // the GIL.
    void make_active(MakerId maker);
    // What the threads' small counts hold for the active maker, by adding it to made and freed. On the cell's thread, with the GIL.
    void add_small_counts(Tally& made, Tally& freed_by_learner);
    // Blocks that other threads than this one have made and freed in their small counts.
    std::int64_t small_operations_of_others();

    // For all who are not the cell's thread in the learner's code.
    void raise_level_elsewhere(const ThreadRecord& record, Origin origin, std::int64_t bytes);
    void count_freed_elsewhere(ThreadRecord& record, MakerId maker, Origin origin, std::size_t bytes, std::size_t slack);

    inline void count_made(ThreadRecord& record, Origin origin, std::size_t bytes, std::size_t slack)
    {
        const auto amount = static_cast<std::int64_t>(bytes);
        record.current->made[static_cast<int>(origin)].add(amount, 1, static_cast<std::int64_t>(slack));
        if (__builtin_expect(record.role == Role::cell_thread, 1))
        {
            raise_own_level(origin, amount);
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

    // count_made and count_freed for the commonest case of malloc's blocks: the role is cell_thread, the maker a learner's, and the
    // level may_rise, or its highs are written down (levels.hpp). index: of their origin.
    inline void count_malloc_made(ThreadRecord& record, int index, std::size_t bytes, std::size_t slack)
    {
        const auto amount = static_cast<std::int64_t>(bytes);
        record.current->made[index].add(amount, 1, static_cast<std::int64_t>(slack));
        move_own_malloc_level(index, amount);
    }

    inline void count_malloc_freed(ThreadRecord& record, MakerId maker, int index, std::size_t bytes, std::size_t slack)
    {
        const auto amount = static_cast<std::int64_t>(bytes);
        record.tallies[maker].freed_by_learner[index].add(amount, 1, static_cast<std::int64_t>(slack));
        move_own_malloc_level(index, -amount);
    }

    // Likewise for small blocks of the active maker, on a thread that works for it; slack is what rounding to a size class leaves.
    inline void count_small_made(ThreadRecord& record, std::size_t bytes)
    {
        record.small.made[bytes].add(1);
        own_levels.raise_small(static_cast<std::int64_t>(bytes));
    }

    inline void count_small_freed(ThreadRecord& record, std::size_t bytes)
    {
        record.small.freed_by_learner[bytes].add(1);
        own_levels.lower_small(static_cast<std::int64_t>(bytes));
    }
}
