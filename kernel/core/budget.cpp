#include "core/budget.hpp"

#include <algorithm>
#include <atomic>

#include "core/planned_fault.hpp"
#include "core/system_limit.hpp"
#include "core/tally.hpp"
#include "core/thread_start.hpp"
#include "core/total_level.hpp"
#include "core/zone.hpp"

namespace xmemory::core::budget
{
    std::size_t free_pass = 0;
    std::int64_t small_ceiling = never;
    bool (*stop_this_thread)() = nullptr;

    namespace
    {
        constexpr std::size_t largest_small = 512;
        constexpr std::int64_t credit_bytes = 128 * 1024; // larger requests have pages of their own: asking costs nothing beside
        constexpr std::int64_t credit_nearby = 16 * 1024;
        constexpr std::int64_t far = 8 * credit_bytes; // from a limit; nearer, each request of more than 512 B asks
        // What frees memory has to run too, where there is none left: in each cell so much is served beyond the limit, in small pieces.
        constexpr std::int64_t grace_bytes = megabyte;
        constexpr std::int64_t largest_of_grace = 64 * 1024;
        constexpr std::int64_t reserve_part = 4; // of what is kept back for the kernel: for the small blocks
        constexpr std::int64_t plenty = 256 * megabyte; // then nearly will do

        std::atomic<std::int64_t> grace{0};
        std::atomic<bool> arenas_are_refused{false};

        bool is_far(std::int64_t level)
        {
            return given_limit::ceiling() - level > far && system_limit::until_due(level) > far;
        }

        void give_credit(ThreadRecord& record, bool is_far)
        {
            record.credit = is_far ? credit_bytes : credit_nearby;
            system_limit::is_due(-never, record.role == Role::tutor ? 0 : record.credit);
        }

        // To be called when the level or what is near it may have changed.
        void set_free_pass(std::int64_t level)
        {
            std::size_t pass = is_far(level) ? credit_bytes : largest_small;
            if (arenas_are_refused.load(std::memory_order_relaxed))
            {
                pass = 0;
            }
            if (planned_fault::is_planned())
            {
                pass = std::min(pass, largest_small);
            }
            __atomic_store_n(&free_pass, pass, __ATOMIC_RELAXED);
            const std::int64_t small = __atomic_load_n(&own_levels.origin[0], __ATOMIC_RELAXED);
            __atomic_store_n(&small_ceiling, given_limit::ceiling() - level + small, __ATOMIC_RELAXED);
        }

        void set_due(std::int64_t level, std::int64_t left)
        {
            system_limit::set_due(level, left);
            if (left > 0)
            {
                arenas_are_refused.store(false, std::memory_order_relaxed);
            }
        }

        bool grace_has(std::int64_t bytes)
        {
            return bytes <= largest_of_grace && grace.load(std::memory_order_relaxed) > 0 &&
                   grace.fetch_sub(bytes, std::memory_order_relaxed) >= bytes;
        }

        // The limit that a request would go past, or nothing. set_aside: what the system has to have left beyond it.
        std::optional<Standing> limit_past(std::int64_t more, std::int64_t taken, system_limit::From from,
                                           std::int64_t set_aside = 0)
        {
            const std::int64_t level = total_level::now();
            if (const auto standing = given_limit::standing(level); standing && more > standing->left_bytes)
            {
                return standing;
            }
            if (!system_limit::is_heeded() || !system_limit::is_due(level + more, taken))
            {
                return std::nullopt;
            }
            const std::int64_t needed = taken + set_aside;
            auto standing = system_limit::read(4 * needed + plenty);
            if (standing && needed > standing->left_bytes)
            {
                standing = system_limit::read_hard(needed, from);
            }
            if (standing && needed > standing->left_bytes)
            {
                return standing;
            }
            set_due(level + more, standing ? standing->left_bytes - needed : never);
            return std::nullopt;
        }

        void stop(const Standing& standing, Wanted wanted = Wanted::small)
        {
            if (thread_record->role == Role::tutor || stop_this_thread == nullptr || thread_start::takes(0))
            {
                return;
            }
            if (stop_this_thread())
            {
                note(standing, wanted == Wanted::frames ? total_level::in_chunks() : 0, wanted);
            }
        }

        bool reserve_has(const Standing& standing, std::int64_t bytes)
        {
            const std::int64_t reserve =
                standing.kept_back_bytes == 0 ? given_limit::reserve() : standing.kept_back_bytes / reserve_part;
            return standing.left_bytes + reserve >= bytes;
        }

        bool refuse_arena(const Standing& standing)
        {
            stop(standing);
            arenas_are_refused.store(true, std::memory_order_relaxed);
            set_free_pass(total_level::now());
            return false;
        }

        void read_at(std::int64_t level)
        {
            const auto standing = system_limit::is_heeded() ? system_limit::read(plenty) : std::nullopt;
            set_due(level, standing ? standing->left_bytes : never);
            system_limit::put_off(level, grace_bytes);
            set_free_pass(level);
        }

        std::int64_t signed_bytes(std::size_t bytes) { return static_cast<std::int64_t>(bytes); }
    }

    bool ask(std::size_t more, std::size_t taken, Wanted wanted) noexcept
    {
        if (taken > largest_request || more > largest_request)
        {
            return false;
        }
        const ThreadRecord& record = *thread_record;
        if (record.role == Role::tutor)
        {
            return true;
        }
        if (taken <= largest_small)
        {
            // From CPython's small-object allocator, which found no arena: it takes one block from malloc instead.
            return !(record.in_pymalloc && arenas_are_refused.load(std::memory_order_relaxed)) ||
                   thread_start::takes(signed_bytes(taken));
        }
        if (wanted != Wanted::mapping && planned_fault::is_now() && !thread_start::takes(signed_bytes(taken)))
        {
            note({Limit::for_tests, 0, 0, 0}, signed_bytes(more), wanted);
            return false;
        }
        const std::int64_t added = signed_bytes(more);
        const auto from = wanted == Wanted::mapping ? system_limit::From::system : system_limit::From::malloc;
        const auto limit = limit_past(added, signed_bytes(taken), from);
        if (limit && !grace_has(signed_bytes(taken)) && !thread_start::takes(signed_bytes(taken)))
        {
            note(*limit, added, wanted);
            return false;
        }
        set_free_pass(total_level::now() + added);
        return true;
    }

    void look_at_level() noexcept
    {
        ThreadRecord& record = *thread_record;
        const std::int64_t level = total_level::now();
        if (record.role == Role::tutor)
        {
            give_credit(record, is_far(level));
            return;
        }
        if (given_limit::is_stop_due(level))
        {
            stop(*given_limit::standing(level));
            given_limit::put_off_stop(level);
        }
        if (system_limit::is_heeded() && system_limit::is_due(level, 0))
        {
            auto standing = system_limit::read(plenty);
            standing = standing && standing->left_bytes < 0 ? system_limit::read_hard(credit_nearby, system_limit::From::malloc) : standing;
            if (standing && standing->left_bytes < 0)
            {
                stop(*standing);
            }
            set_due(level, standing ? standing->left_bytes : never);
        }
        give_credit(record, is_far(level));
        set_free_pass(level);
    }

    bool grants_arena(std::size_t bytes) noexcept
    {
        const std::int64_t taken = signed_bytes(bytes + bytes / 8); // with the tags
        if (thread_record->role == Role::tutor)
        {
            return true;
        }
        const std::int64_t level = total_level::now();
        if (const auto standing = given_limit::standing(level); standing && !reserve_has(*standing, -total_level::to_unwind()))
        {
            return thread_start::takes(taken) || refuse_arena(*standing);
        }
        if (!system_limit::is_heeded() || !system_limit::is_due(-never, taken))
        {
            return true;
        }
        auto standing = system_limit::read(plenty);
        standing = standing && standing->left_bytes < taken ? system_limit::read_hard(taken, system_limit::From::system) : standing;
        if (standing && !reserve_has(*standing, taken))
        {
            return thread_start::takes(taken) || refuse_arena(*standing);
        }
        if (standing && standing->left_bytes < taken)
        {
            stop(*standing);
        }
        set_due(level, standing ? standing->left_bytes - taken : never);
        return true;
    }

    bool grants_chunk(std::size_t bytes) noexcept
    {
        const std::int64_t taken = signed_bytes(bytes + zone::slot_size / 8); // with room for tags, which are never written
        if (thread_record->role != Role::tutor)
        {
            const auto limit = limit_past(signed_bytes(bytes), taken, system_limit::From::system, total_level::to_unwind());
            if (limit && !reserve_has(*limit, taken) && !thread_start::takes(signed_bytes(bytes)))
            {
                note(*limit, signed_bytes(bytes), Wanted::block);
                return false;
            }
            if (limit)
            {
                stop(*limit, Wanted::frames);
            }
        }
        total_level::add_chunk(signed_bytes(bytes));
        return true;
    }

    bool grants_addresses(std::size_t bytes) noexcept
    {
        if (thread_record->role == Role::tutor || !system_limit::is_heeded())
        {
            return true;
        }
        const auto standing = system_limit::read_addresses();
        if (bytes > largest_request || (standing && signed_bytes(bytes) > standing->left_bytes))
        {
            note(standing.value_or(Standing{}), signed_bytes(std::min(bytes, largest_request)), Wanted::addresses);
            return false;
        }
        return true;
    }

    void begin_cell(std::int64_t in_use_bytes)
    {
        total_level::begin_cell();
        grace.store(grace_bytes, std::memory_order_relaxed);
        forget_refusals();
        arenas_are_refused.store(false);
        system_limit::find_again();
        given_limit::place(0, in_use_bytes);
        read_at(0);
    }

    void give(const std::optional<Given>& given, std::int64_t in_use_bytes)
    {
        given_limit::set(given);
        given_limit::place(total_level::now(), in_use_bytes);
        set_free_pass(total_level::now());
    }

    void heed_system(bool heed)
    {
        system_limit::heed(heed);
        read_at(total_level::now());
    }

    std::optional<Standing> standing_of_given() { return given_limit::standing(total_level::now()); }

    void refuse_nth(std::int64_t nth)
    {
        planned_fault::plan(nth);
        set_free_pass(total_level::now());
    }
}
