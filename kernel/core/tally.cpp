#include "core/tally.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <new>

#include "core/system_pages.hpp"
#include "core/thread_start.hpp"

namespace xmemory::core
{
    ActiveCell active_cell;
    std::atomic<std::uint32_t> serial_of_maker[maker_count];
    ThreadRecord nobody;
    __thread ThreadRecord* thread_record = &nobody;
    void (*on_learners_thread)() = nullptr;

    namespace
    {
        std::atomic<ThreadRecord*> records{nullptr};

        // Only a hint that a record may soon be free: a thread still frees memory after its destructors ran.
        void thread_is_ending(void* record)
        {
            auto* ending = static_cast<ThreadRecord*>(record);
            ending->ended_at_serial = active_cell.serial.load(std::memory_order_relaxed);
            ending->ended.store(true, std::memory_order_release);
        }

        pthread_key_t ending_key()
        {
            static const pthread_key_t key = []
            {
                pthread_key_t made = 0;
                pthread_key_create(&made, thread_is_ending);
                return made;
            }();
            return key;
        }

        bool is_gone(pid_t thread_id) { return syscall(SYS_tgkill, getpid(), thread_id, 0) != 0; }

        // A record that worked for another cell while this one runs must stay apart from this one's until it ends.
        bool may_be_reused(const ThreadRecord& record, std::uint32_t cell_serial)
        {
            if (!record.ended.load(std::memory_order_acquire))
            {
                return false;
            }
            const std::uint32_t now = active_cell.serial.load(std::memory_order_relaxed);
            const bool apart = now != 0 && record.ended_at_serial == now && record.cell_serial != cell_serial;
            return !apart && is_gone(record.thread_id);
        }

        ThreadRecord* reused_record(std::uint32_t cell_serial)
        {
            for (ThreadRecord* record = records.load(std::memory_order_acquire); record; record = record->next)
            {
                bool ended = true;
                if (may_be_reused(*record, cell_serial) && record->ended.compare_exchange_strong(ended, false))
                {
                    return record;
                }
            }
            return nullptr;
        }

        ThreadRecord* new_record()
        {
            const std::size_t size = sizeof(ThreadRecord) + maker_count * sizeof(MakerTallies) + alignof(MakerTallies);
            void* memory = system_pages::map(nullptr, size, MAP_NORESERVE);
            if (memory == MAP_FAILED)
            {
                std::abort(); // nothing can be counted any more, and nothing may be miscounted
            }
            auto* record = new (memory) ThreadRecord;
            const auto after = reinterpret_cast<std::uintptr_t>(record + 1);
            record->tallies =
                reinterpret_cast<MakerTallies*>((after + alignof(MakerTallies) - 1) & ~(alignof(MakerTallies) - 1));
            record->next = records.load(std::memory_order_relaxed);
            while (!records.compare_exchange_weak(record->next, record, std::memory_order_release))
            {}
            return record;
        }
    }

    ThreadRecord* first_thread_record() { return records.load(std::memory_order_acquire); }

    ThreadRecord& acquire_thread_record(std::uint32_t cell_serial)
    {
        ThreadRecord* record = reused_record(cell_serial);
        if (record == nullptr)
        {
            record = new_record();
        }
        record->work_for(tutor, Role::tutor);
        record->started_as = tutor;
        record->runs_cells = false;
        record->cell_serial = cell_serial;
        record->thread_id = static_cast<pid_t>(syscall(SYS_gettid));
        thread_record = record; // first, since what follows may malloc
        pthread_setspecific(ending_key(), record);
        return *record;
    }

    void start_thread_as(MakerId maker, std::uint32_t cell_serial)
    {
        ThreadRecord& record = thread_record != &nobody ? *thread_record : acquire_thread_record(cell_serial);
        record.started_as = maker;
        record.cell_serial = cell_serial;
        record.start_allowance = is_learner(maker) ? budget::thread_start::allowance_bytes : -1;
        record.work_for(maker, is_learner(maker) ? Role::other_thread : Role::tutor);
    }

    namespace
    {
        std::int64_t slack_of_class(std::size_t bytes) { return static_cast<std::int64_t>(-bytes % granule); }

        void add_counts(const Counter (&counts)[SmallCounts::largest + 1], Tally& tally)
        {
            for (std::size_t bytes = 1; bytes <= SmallCounts::largest; ++bytes)
            {
                if (const std::int64_t blocks = counts[bytes].read(); blocks != 0)
                {
                    tally.add(blocks * static_cast<std::int64_t>(bytes), blocks, blocks * slack_of_class(bytes));
                }
            }
        }

        std::int64_t operations_in(const SmallCounts& small)
        {
            std::int64_t operations = 0;
            for (std::size_t bytes = 1; bytes <= SmallCounts::largest; ++bytes)
            {
                operations += small.made[bytes].read() + small.freed_by_learner[bytes].read();
            }
            return operations;
        }
    }

    void add_small_counts(Tally& made, Tally& freed_by_learner)
    {
        for (const ThreadRecord* record = first_thread_record(); record; record = record->next)
        {
            add_counts(record->small.made, made);
            add_counts(record->small.freed_by_learner, freed_by_learner);
        }
    }

    std::int64_t small_operations_of_others()
    {
        std::int64_t operations = 0;
        for (const ThreadRecord* record = first_thread_record(); record; record = record->next)
        {
            operations += record == &here() ? 0 : operations_in(record->small);
        }
        return operations;
    }

    void make_active(MakerId maker)
    {
        active_cell.others_small_operations.add(small_operations_of_others());
        constexpr int small = static_cast<int>(Origin::python_small);
        for (ThreadRecord* record = records.load(std::memory_order_acquire); record; record = record->next)
        {
            if (operations_in(record->small) == 0)
            {
                continue; // nor are the pages of a thread touched that has none
            }
            MakerTallies& tallies = record->tallies[active_cell.maker];
            add_counts(record->small.made, tallies.made[small]);
            add_counts(record->small.freed_by_learner, tallies.freed_by_learner[small]);
            record->small = SmallCounts{};
        }
        active_cell.maker = maker;
        active_cell.tag = tag_maker_of(maker);
    }

    namespace
    {
        // Of another thread that works for the cell.
        void move_level_from_other_thread(Origin origin, std::int64_t bytes)
        {
            if (origin == Origin::python_small)
            {
                // Python's small blocks are made and freed with the GIL: it takes the place of a lock.
                active_cell.others_small_operations.add(1);
                raise_own_level(origin, bytes);
                return;
            }
            active_cell.others_operations.fetch_add(1, std::memory_order_relaxed);
            move_others_level(origin, bytes);
        }

        bool works_for_the_cell(const ThreadRecord& record)
        {
            return record.cell_serial == active_cell.serial.load(std::memory_order_relaxed);
        }

        // bytes of a learner's maker are in use no more or, below zero, again after all; by the tutor, or by a thread that is
        // not the cell's own.
        void lower_level_elsewhere(const ThreadRecord& record, MakerId maker, Origin origin, std::int64_t bytes)
        {
            if (record.role == Role::other_thread && works_for_the_cell(record))
            {
                move_level_from_other_thread(origin, -bytes);
                return;
            }
            const std::uint32_t now = active_cell.serial.load(std::memory_order_relaxed);
            if (now == 0 || serial_of_maker[maker].load(std::memory_order_relaxed) != now)
            {
                return;
            }
            if (record.runs_cells)
            {
                lower_own_level(origin, bytes);
            }
            else
            {
                // A thread of the kernel's frees what this cell made: a collection that it set off, say.
                move_others_level(origin, -bytes);
            }
        }

        // direction −1 takes it back.
        void book_freed(ThreadRecord& record, MakerId maker, Origin origin, std::size_t bytes, std::size_t slack,
                        int direction)
        {
            const std::int64_t amount = direction * static_cast<std::int64_t>(bytes);
            MakerTallies& tallies = record.tallies[maker];
            Tally* freed = record.role == Role::tutor ? tallies.freed_by_tutor : tallies.freed_by_learner;
            freed[static_cast<int>(origin)].add(amount, direction, direction * static_cast<std::int64_t>(slack));
            if (!is_learner(maker))
            {
                return;
            }
            if (record.role == Role::cell_thread)
            {
                lower_own_level(origin, amount);
            }
            else
            {
                lower_level_elsewhere(record, maker, origin, amount);
            }
        }
    }

    void raise_level_elsewhere(const ThreadRecord& record, Origin origin, std::int64_t bytes)
    {
        if (works_for_the_cell(record))
        {
            move_level_from_other_thread(origin, bytes);
        }
    }

    void count_freed_elsewhere(ThreadRecord& record, MakerId maker, Origin origin, std::size_t bytes, std::size_t slack)
    {
        book_freed(record, maker, origin, bytes, slack, 1);
    }

    void count_not_freed(ThreadRecord& record, MakerId maker, Origin origin, std::size_t bytes, std::size_t slack)
    {
        book_freed(record, maker, origin, bytes, slack, -1);
    }
}
