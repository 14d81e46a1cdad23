#include "core/mappings.hpp"

#include <sched.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>

#include "core/tally.hpp"

namespace xmemory::core::mappings
{
    namespace
    {
        // Whose a mapping is and whether it is memory, in one word: who claims a slot exchanges it for busy, alone.
        using Owner = std::uint64_t;
        constexpr Owner nobody_yet = 0;
        constexpr Owner busy = 1;
        constexpr std::uint32_t too_long_ago = 0xFFFFFFFF;

        Owner owner_of(std::uint32_t serial, Kind kind)
        {
            return Owner{serial} << 32 | (kind.accessible ? 2 : 0) | (kind.shared ? 4 : 0);
        }
        std::uint32_t serial_of(Owner owner) { return static_cast<std::uint32_t>(owner >> 32); }
        bool is_memory(Owner owner) { return (owner & 2) != 0; }
        bool is_shared(Owner owner) { return (owner & 4) != 0; }
        Kind kind_of(Owner owner) { return {is_memory(owner), is_shared(owner)}; }
        bool is_taken(Owner owner) { return owner != nobody_yet && owner != busy; }

        std::atomic<std::int64_t> memory_total{0};
        std::atomic<std::int64_t> shared_total{0};

        void count(Range range, Owner owner, int direction)
        {
            if (is_memory(owner))
            {
                const std::int64_t bytes = direction * static_cast<std::int64_t>(range.bytes());
                memory_total.fetch_add(bytes, std::memory_order_relaxed);
                shared_total.fetch_add(is_shared(owner) ? bytes : 0, std::memory_order_relaxed);
            }
        }

        struct Slot
        {
            std::atomic<Owner> owner{nobody_yet};
            std::atomic<std::uintptr_t> begin{0};
            std::atomic<std::uintptr_t> end{0};

            Range range() const { return {begin.load(std::memory_order_relaxed), end.load(std::memory_order_relaxed)}; }
            // Of one that is claimed; lets go of it. old_owner: the one that it was claimed from.
            void write(Range range, Owner new_owner, Owner old_owner)
            {
                count(this->range(), old_owner, -1);
                count(range, new_owner, 1);
                begin.store(range.begin, std::memory_order_relaxed);
                end.store(range.end, std::memory_order_relaxed);
                owner.store(range.bytes() == 0 ? nobody_yet : new_owner, std::memory_order_release);
            }
        };

        constexpr std::size_t slot_count = 16384;
        Slot slots[slot_count];
        std::atomic<std::size_t> end_of_used{0};
        std::atomic<std::size_t> first_maybe_free{0};
        std::atomic<bool> lost{false};
        std::atomic<std::int64_t> unmapped_earlier{0};

        // How often a cut has put a piece of a mapping into another slot, perhaps one that somebody who looks through them has
        // passed already: who sees it go on looks once more. Counted before the slot that was cut is let go of, so that who
        // finds the piece gone there sees it.
        std::atomic<std::uint64_t> moves{0};

        Range overlap(Range one, Range other) { return {std::max(one.begin, other.begin), std::min(one.end, other.end)}; }

        Range before(Range whole, Range part) { return {whole.begin, std::min(whole.end, part.begin)}; }

        Range after(Range whole, Range part) { return {std::max(whole.begin, part.end), whole.end}; }

        // The owner it had, or nobody_yet where the slot turned out to be free or not to touch the range. Another thread that
        // cuts the same mapping holds it for some ten instructions, in which it may be put aside by the system: then we give way.
        // One that never lets go was lost in a fork.
        Owner claim(Slot& slot, Range range)
        {
            for (int attempt = 0; attempt < 100'000; ++attempt)
            {
                Owner owner = slot.owner.load(std::memory_order_acquire);
                if (owner == nobody_yet || overlap(slot.range(), range).bytes() == 0)
                {
                    return nobody_yet;
                }
                if (owner != busy && slot.owner.compare_exchange_strong(owner, busy, std::memory_order_acquire))
                {
                    if (overlap(slot.range(), range).bytes() != 0)
                    {
                        return owner;
                    }
                    slot.owner.store(owner, std::memory_order_release);
                    return nobody_yet;
                }
                if (attempt % 64 == 63)
                {
                    sched_yield();
                }
            }
            lose();
            return nobody_yet;
        }

        // Into the first free slot from begin to end; whether there was one.
        bool put(Range range, Owner owner, std::size_t begin, std::size_t end)
        {
            for (std::size_t index = begin; index < end; ++index)
            {
                Owner expected = nobody_yet;
                if (slots[index].owner.load(std::memory_order_relaxed) == nobody_yet &&
                    slots[index].owner.compare_exchange_strong(expected, busy, std::memory_order_acquire))
                {
                    std::size_t used = end_of_used.load(std::memory_order_relaxed);
                    while (used <= index && !end_of_used.compare_exchange_weak(used, index + 1, std::memory_order_release))
                    {}
                    first_maybe_free.store(index + 1, std::memory_order_relaxed);
                    slots[index].write(range, owner, nobody_yet);
                    return true;
                }
            }
            return false;
        }

        // How many pieces it put into other slots.
        template <typename Change>
        std::uint64_t change_once(Range range, Change& change)
        {
            std::uint64_t moved = 0;
            const std::size_t end = end_of_used.load(std::memory_order_acquire);
            for (std::size_t index = 0; index < end; ++index)
            {
                if (const Owner owner = claim(slots[index], range); owner != nobody_yet)
                {
                    moved += change(slots[index], owner);
                    if (slots[index].owner.load(std::memory_order_relaxed) == nobody_yet)
                    {
                        first_maybe_free.store(0, std::memory_order_relaxed);
                    }
                }
            }
            return moved;
        }

        // change: gives how many pieces it put into other slots, and leaves a part of the range alone that it has changed.
        template <typename Change>
        void for_each_claimed(Range range, Change change)
        {
            std::uint64_t before;
            std::uint64_t own;
            do
            {
                before = moves.load(std::memory_order_acquire);
                own = change_once(range, change);
            } while (moves.load(std::memory_order_acquire) != before + own);
        }

        // Of a slot that is claimed.
        std::uint64_t add_piece(Range piece, Owner owner)
        {
            if (piece.bytes() == 0)
            {
                return 0;
            }
            add(piece, serial_of(owner), kind_of(owner));
            moves.fetch_add(1, std::memory_order_release);
            return 1;
        }

        bool is_earlier(std::uint32_t serial)
        {
            const std::uint32_t now = active_cell.serial.load(std::memory_order_relaxed);
            return here().role != Role::tutor && now != 0 && serial_here() == now && serial != now;
        }

        std::int64_t memory_in_pages(Range range)
        {
            constexpr std::uintptr_t page = 4096;
            unsigned char in_memory[4096];
            std::int64_t bytes = 0;
            for (std::uintptr_t at = range.begin; at < range.end; at += sizeof(in_memory) * page)
            {
                const std::uintptr_t length = std::min<std::uintptr_t>(range.end - at, sizeof(in_memory) * page);
                if (mincore(reinterpret_cast<void*>(at), length, in_memory) == 0)
                {
                    bytes += std::count_if(in_memory, in_memory + (length + page - 1) / page,
                                           [](unsigned char state) { return (state & 1) != 0; }) *
                             static_cast<std::int64_t>(page);
                }
            }
            return bytes;
        }

        template <typename Measure>
        std::int64_t sum(Measure measure)
        {
            std::int64_t bytes = 0;
            const std::size_t end = end_of_used.load(std::memory_order_acquire);
            for (std::size_t index = 0; index < end; ++index)
            {
                const Owner owner = slots[index].owner.load(std::memory_order_acquire);
                if (is_taken(owner) && is_memory(owner))
                {
                    bytes += measure(slots[index].range(), owner);
                }
            }
            return bytes;
        }

        std::int64_t size_of(Range range) { return static_cast<std::int64_t>(range.bytes()); }
    }

    std::uint32_t serial_here()
    {
        const MakerId maker = here().maker;
        if (!is_learner(maker))
        {
            return 0;
        }
        const std::uint32_t serial = serial_of_maker[maker].load(std::memory_order_relaxed);
        return serial == 0 ? too_long_ago : serial;
    }

    void add(Range range, std::uint32_t serial, Kind kind)
    {
        if (range.bytes() == 0)
        {
            return;
        }
        const std::size_t hint = first_maybe_free.load(std::memory_order_relaxed);
        if (!put(range, owner_of(serial, kind), hint, slot_count) &&
            !put(range, owner_of(serial, kind), 0, hint)) // another thread's hint may hide some
        {
            lose();
        }
    }

    Taken take_out(Range range)
    {
        Taken taken;
        for_each_claimed(range,
                         [&](Slot& slot, Owner owner)
                         {
                             const Range whole = slot.range();
                             if (!taken.any)
                             {
                                 taken = {true, kind_of(owner), serial_of(owner), 0};
                             }
                             if (is_memory(owner) && is_earlier(serial_of(owner)))
                             {
                                 taken.earlier_bytes += size_of(overlap(whole, range));
                             }
                             const Range left = before(whole, range);
                             const Range right = after(whole, range);
                             const bool in_two = left.bytes() != 0 && right.bytes() != 0;
                             const std::uint64_t moved = in_two ? add_piece(right, owner) : 0;
                             slot.write(left.bytes() != 0 ? left : right, owner, owner);
                             return moved;
                         });
        return taken;
    }

    void change_access(Range range, bool accessible)
    {
        const std::uint32_t now = serial_here();
        for_each_claimed(range,
                         [&](Slot& slot, Owner owner)
                         {
                             const Range whole = slot.range();
                             const Range part = overlap(whole, range);
                             if (is_memory(owner) == accessible)
                             {
                                 slot.write(whole, owner, owner);
                                 return std::uint64_t{0};
                             }
                             if (!accessible && is_earlier(serial_of(owner)))
                             {
                                 count_unmapped_earlier(size_of(part));
                             }
                             const std::uint64_t moved = add_piece(before(whole, part), owner) + add_piece(after(whole, part), owner);
                             const std::uint32_t whose = accessible && now != 0 ? now : serial_of(owner);
                             slot.write(part, owner_of(whose, {accessible, is_shared(owner)}), owner);
                             return moved;
                         });
    }

    void count_unmapped_earlier(std::int64_t bytes) { unmapped_earlier.fetch_add(bytes, std::memory_order_relaxed); }

    void lose() { lost.store(true, std::memory_order_relaxed); }

    Bytes bytes_in(Range range)
    {
        Bytes bytes;
        const std::size_t end = end_of_used.load(std::memory_order_acquire);
        for (std::size_t index = 0; index < end; ++index)
        {
            if (const Owner owner = slots[index].owner.load(std::memory_order_acquire); is_taken(owner))
            {
                (is_memory(owner) ? bytes.memory : bytes.reserved) += size_of(overlap(slots[index].range(), range));
            }
        }
        return bytes;
    }

    bool known() { return !lost.load(std::memory_order_relaxed); }

    std::int64_t mapped_bytes(std::uint32_t serial)
    {
        return sum([serial](Range range, Owner owner) { return serial_of(owner) == serial ? size_of(range) : 0; });
    }

    std::int64_t mapped_bytes() { return memory_total.load(std::memory_order_relaxed); }

    std::int64_t shared_bytes() { return shared_total.load(std::memory_order_relaxed); }

    std::int64_t resident_bytes()
    {
        return sum([](Range range, Owner) { return memory_in_pages(range); });
    }

    std::int64_t resident_shared_bytes()
    {
        return sum([](Range range, Owner owner) { return is_shared(owner) ? memory_in_pages(range) : 0; });
    }

    std::int64_t unmapped_earlier_bytes() { return unmapped_earlier.load(std::memory_order_relaxed); }
}
