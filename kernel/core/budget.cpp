#include "core/budget.hpp"

#include <malloc.h>

#include <algorithm>

#include "core/tally.hpp"
#include "core/zone.hpp"

namespace xmemory::core::budget
{
    std::size_t free_pass = 0;
    void (*note_place)(Refusal& refusal) = nullptr;
    bool (*stop_this_thread)() = nullptr;

    namespace
    {
        constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max() / 4;
        constexpr std::size_t largest_small = 512;
        constexpr std::int64_t credit_bytes = 128 * 1024; // larger requests have pages of their own: asking costs nothing beside
        constexpr std::int64_t credit_nearby = 16 * 1024;
        constexpr std::int64_t far = 8 * credit_bytes; // from a limit; nearer, each request of more than 512 B asks
        constexpr std::int64_t megabyte = 1'000'000;
        constexpr std::int64_t step_past_limit = megabyte; // between two stops of a thread that goes on with small blocks
        // What frees memory has to run too, where there is none left: in each cell so much is served beyond the limit, in small pieces.
        constexpr std::int64_t grace_bytes = megabyte;
        constexpr std::int64_t largest_of_grace = 64 * 1024;
        constexpr std::int64_t reserve_of_given = 16 * megabyte;
        constexpr std::int64_t reserve_part = 4; // of what is kept back for the kernel

        using Shared = std::atomic<std::int64_t>;

        std::int64_t read(const Shared& number) { return number.load(std::memory_order_relaxed); }
        void write(Shared& number, std::int64_t value) { number.store(value, std::memory_order_relaxed); }

        bool started = false;
        room::Surroundings surroundings;
        room::Sources sources;
        std::int64_t unseen_at_start = 0; // resident memory that no allocator of ours holds
        std::optional<Given> given_limit;
        std::atomic<bool> system_is_heeded{true};

        Shared given_bytes{0};
        Shared total_ceiling{never}; // the level at which a given limit is reached
        Shared cell_ceiling{never};
        Shared chunks{0};            // frames' data stack, above the start of the cell
        Shared due_level{never};     // the system is read again before this level is passed,
        Shared due_volume{never};    // or when so much was made since, whatever was freed meanwhile
        Shared volume{0};
        Shared grace{0};
        Shared start_past_limit{0}; // by how much more than a given limit was in use when the cell began
        Shared stop_level{never}; // small blocks past a given limit: the thread is stopped again at that level
        std::atomic<bool> arenas_are_refused{false};

        Shared test_countdown{0};
        Shared test_requests{0};
        std::atomic<bool> test_counts{false};

        constexpr std::size_t refusals_kept = 16;
        Refusal ring[refusals_kept];
        Shared refusal_count{0};

        std::int64_t level_now()
        {
            std::int64_t level = others_levels.total.read() + read(chunks);
            for (const std::int64_t& origin : own_levels.origin)
            {
                level += __atomic_load_n(&origin, __ATOMIC_RELAXED);
            }
            return level;
        }

        // For the kernel's own work: reports, tracebacks, messages. A quarter of it is the reserve of the small blocks.
        std::int64_t kept_back(std::int64_t limit) { return std::clamp(limit / 16, 48 * megabyte, 256 * megabyte); }

        Limit limit_of(room::Kind kind)
        {
            switch (kind)
            {
            case room::Kind::container:
                return Limit::container;
            case room::Kind::address_space:
                return Limit::address_space;
            case room::Kind::hub:
                return Limit::hub;
            default:
                return Limit::machine;
            }
        }

        // What the allocators hold and nobody has touched yet: the system will have to give it still.
        std::int64_t untouched(const room::Process& process)
        {
            const struct mallinfo2 info = mallinfo2();
            const auto held = static_cast<std::int64_t>(info.arena + info.hblkhd + zone::mapped_bytes());
            return std::max<std::int64_t>(0, held + unseen_at_start - process.unbacked_resident);
        }

        // What the system has left, beyond what is kept back. enough: where there is more than that, nearly will do, since malloc's
        // list of what is free takes time to sum up.
        std::optional<Standing> read_system(std::int64_t enough)
        {
            const auto process = room::read_process(sources);
            if (!process)
            {
                return std::nullopt;
            }
            const auto standing = [](const room::Reading& reading)
            {
                const std::int64_t back = kept_back(reading.limit_bytes);
                return Standing{limit_of(reading.kind), reading.limit_bytes, reading.left_bytes - back, back};
            };
            const std::int64_t most_untouched = std::max<std::int64_t>(0, process->writable - process->unbacked_resident);
            const auto least = room::read(sources, *process, most_untouched);
            if (!least)
            {
                return std::nullopt;
            }
            if (const Standing at_least = standing(*least); at_least.left_bytes >= enough)
            {
                return at_least;
            }
            return standing(*room::read(sources, *process, untouched(*process)));
        }

        std::int64_t given_ceiling() { return std::min(read(total_ceiling), read(cell_ceiling)); }

        bool is_far(std::int64_t level)
        {
            const std::int64_t nearest = std::min(given_ceiling(), read(due_level));
            return nearest - level > far && read(due_volume) - read(volume) > far;
        }

        void give_credit(ThreadRecord& record, bool is_far)
        {
            record.credit = is_far ? credit_bytes : credit_nearby;
            volume.fetch_add(record.role == Role::tutor ? 0 : record.credit, std::memory_order_relaxed);
        }

        // To be called when the level or what is near it may have changed. level: with the chunks.
        void set_free_pass(std::int64_t level)
        {
            std::size_t pass = is_far(level) ? credit_bytes : largest_small;
            if (arenas_are_refused.load(std::memory_order_relaxed))
            {
                pass = 0;
            }
            if (test_counts.load(std::memory_order_relaxed))
            {
                pass = std::min(pass, largest_small);
            }
            __atomic_store_n(&free_pass, pass, __ATOMIC_RELAXED);
        }

        // The system was read at that level, and had so much left: it is read again when a quarter of that is used. Where nothing
        // is left, every request is a new question.
        void set_due(std::int64_t level, std::int64_t left)
        {
            constexpr std::int64_t least_step = 256 * 1024; // of small blocks between two readings
            const std::int64_t step = std::max(left / 4, std::clamp<std::int64_t>(left, 0, megabyte));
            write(due_level, level + std::max(step, least_step));
            write(due_volume, step);
            write(volume, 0);
            if (left > 0)
            {
                arenas_are_refused.store(false, std::memory_order_relaxed);
            }
        }

        void note(const Standing& standing, std::int64_t asked, bool to_grow, bool small)
        {
            const ThreadRecord& record = *thread_record;
            const auto number = static_cast<std::size_t>(refusal_count.fetch_add(1, std::memory_order_relaxed));
            Refusal& refusal = ring[number % refusals_kept];
            refusal = Refusal{};
            refusal.asked_bytes = asked;
            refusal.left_bytes = std::max<std::int64_t>(0, standing.left_bytes);
            refusal.limit_bytes = standing.limit_bytes;
            refusal.limit = standing.limit;
            refusal.to_grow = to_grow;
            refusal.small = small;
            refusal.of_this_cell =
                record.runs_cells || record.cell_serial == active_cell.serial.load(std::memory_order_relaxed);
            refusal.thread_id = record.thread_id;
            if (note_place != nullptr)
            {
                note_place(refusal);
            }
        }

        std::optional<Standing> given_standing(std::int64_t level)
        {
            const std::int64_t total = read(total_ceiling), cell = read(cell_ceiling);
            if (std::min(total, cell) > never / 2)
            {
                return std::nullopt;
            }
            return Standing{total <= cell ? Limit::given_total : Limit::given_cell, read(given_bytes),
                            std::min(total, cell) - level, 0};
        }

        bool heeded() { return system_is_heeded.load(std::memory_order_relaxed); }

        bool grace_has(std::int64_t bytes)
        {
            return bytes <= largest_of_grace && read(grace) > 0 && grace.fetch_sub(bytes, std::memory_order_relaxed) >= bytes;
        }

        // The limit that a request would go past, or nothing.
        std::optional<Standing> limit_past(std::int64_t more, std::int64_t taken)
        {
            const std::int64_t level = level_now();
            if (const auto standing = given_standing(level); standing && more > standing->left_bytes)
            {
                return standing;
            }
            if (!heeded())
            {
                return std::nullopt;
            }
            const std::int64_t made = volume.fetch_add(taken, std::memory_order_relaxed) + taken;
            if (level + more <= read(due_level) && made <= read(due_volume))
            {
                return std::nullopt;
            }
            const auto standing = read_system(4 * taken + 256 * megabyte);
            if (!standing || taken <= standing->left_bytes)
            {
                set_due(level + more, standing ? standing->left_bytes - taken : never);
                return std::nullopt;
            }
            return standing;
        }

        bool is_the_one_to_fail(std::size_t bytes)
        {
            if (!test_counts.load(std::memory_order_relaxed) || bytes <= largest_small)
            {
                return false;
            }
            test_requests.fetch_add(1, std::memory_order_relaxed);
            return test_countdown.fetch_sub(1, std::memory_order_relaxed) == 1;
        }

        void stop(const Standing& standing)
        {
            if (thread_record->role != Role::tutor && stop_this_thread != nullptr && stop_this_thread())
            {
                note(standing, 0, false, true);
            }
        }

        bool reserve_has(const Standing& standing, std::int64_t bytes)
        {
            const std::int64_t reserve =
                standing.kept_back_bytes == 0 ? reserve_of_given + read(start_past_limit) : standing.kept_back_bytes / reserve_part;
            return standing.left_bytes + reserve >= bytes;
        }

        bool refuse_arena(const Standing& standing)
        {
            stop(standing);
            arenas_are_refused.store(true, std::memory_order_relaxed);
            set_free_pass(level_now());
            return false;
        }
    }

    bool ask(std::size_t more, std::size_t taken, bool to_grow) noexcept
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
            return !(record.in_pymalloc && arenas_are_refused.load(std::memory_order_relaxed));
        }
        if (is_the_one_to_fail(taken))
        {
            note({Limit::for_tests, 0, 0, 0}, static_cast<std::int64_t>(more), to_grow, false);
            return false;
        }
        const auto added = static_cast<std::int64_t>(more);
        const auto limit = limit_past(added, static_cast<std::int64_t>(taken));
        if (limit && !grace_has(static_cast<std::int64_t>(taken)))
        {
            note(*limit, added, to_grow, false);
            return false;
        }
        set_free_pass(level_now() + added);
        return true;
    }

    void look_at_level() noexcept
    {
        ThreadRecord& record = *thread_record;
        const std::int64_t level = level_now();
        if (record.role == Role::tutor)
        {
            give_credit(record, is_far(level));
            return;
        }
        if (const auto standing = given_standing(level); standing && standing->left_bytes < 0 && level >= read(stop_level))
        {
            stop(*standing);
            write(stop_level, level + step_past_limit);
        }
        const bool is_due = level >= read(due_level) || read(volume) > read(due_volume);
        if (const auto standing = heeded() && is_due ? read_system(256 * megabyte) : std::nullopt)
        {
            if (standing->left_bytes < 0)
            {
                stop(*standing);
            }
            set_due(level, standing->left_bytes);
        }
        give_credit(record, is_far(level));
        set_free_pass(level);
    }

    bool grants_arena(std::size_t bytes) noexcept
    {
        if (thread_record->role == Role::tutor)
        {
            return true;
        }
        const std::int64_t level = level_now();
        if (const auto standing = given_standing(level); standing && !reserve_has(*standing, 0))
        {
            return refuse_arena(*standing);
        }
        const auto taken = static_cast<std::int64_t>(bytes + bytes / 8); // with the tags
        const std::int64_t made = volume.fetch_add(taken, std::memory_order_relaxed) + taken;
        if (!heeded() || made <= read(due_volume))
        {
            return true;
        }
        const auto standing = read_system(256 * megabyte);
        if (standing && !reserve_has(*standing, taken))
        {
            return refuse_arena(*standing);
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
        const auto taken = static_cast<std::int64_t>(bytes + zone::slot_size / 8); // with room for tags, which are never written
        if (thread_record->role != Role::tutor)
        {
            const auto limit = limit_past(static_cast<std::int64_t>(bytes), taken);
            if (limit && !reserve_has(*limit, taken))
            {
                note(*limit, static_cast<std::int64_t>(bytes), false, false);
                return false;
            }
            if (limit)
            {
                stop(*limit);
            }
        }
        chunks.fetch_add(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
        return true;
    }

    void count_chunk_unmapped(std::size_t bytes) noexcept
    {
        chunks.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
    }

    void start(const room::Surroundings& where)
    {
        surroundings = where;
        room::find(surroundings, sources);
        if (const auto process = room::read_process(sources))
        {
            const struct mallinfo2 info = mallinfo2();
            unseen_at_start = process->unbacked_resident -
                              static_cast<std::int64_t>(info.arena + info.hblkhd + zone::mapped_bytes());
        }
        started = true;
    }

    namespace
    {
        void read_at(std::int64_t level)
        {
            write(due_level, never);
            write(due_volume, never);
            if (const auto standing = started && heeded() ? read_system(256 * megabyte) : std::nullopt)
            {
                set_due(level, standing->left_bytes);
                write(due_level, std::max(read(due_level), level + grace_bytes));
            }
            set_free_pass(level);
        }

        void set_ceilings(std::int64_t level, std::int64_t in_use)
        {
            const bool of_all = given_limit && !given_limit->of_each_cell, of_cell = given_limit && given_limit->of_each_cell;
            write(given_bytes, given_limit ? given_limit->bytes : 0);
            write(total_ceiling, of_all ? given_limit->bytes - in_use + level : never);
            write(cell_ceiling, of_cell ? given_limit->bytes : never);
            write(stop_level, std::max(given_ceiling(), level + grace_bytes));
            write(start_past_limit, std::max<std::int64_t>(0, level - given_ceiling()));
        }
    }

    void begin_cell(std::int64_t in_use_bytes)
    {
        write(chunks, 0);
        write(refusal_count, 0);
        write(grace, grace_bytes);
        arenas_are_refused.store(false);
        if (surroundings.hubs_limit)
        {
            room::find(surroundings, sources);
        }
        set_ceilings(0, in_use_bytes);
        read_at(0);
    }

    void give(const std::optional<Given>& given, std::int64_t in_use_bytes)
    {
        given_limit = given;
        set_ceilings(level_now(), in_use_bytes);
        set_free_pass(level_now());
    }

    std::optional<Given> given() { return given_limit; }

    void heed_system(bool heed)
    {
        system_is_heeded.store(heed);
        read_at(level_now());
    }

    bool heeds_system() { return system_is_heeded.load(); }

    std::optional<Standing> standing_of_given() { return given_standing(level_now()); }

    std::optional<Standing> standing_of_system()
    {
        return started && heeds_system() ? read_system(never) : std::nullopt;
    }

    std::optional<std::int64_t> limit_of_system()
    {
        const auto standing = started ? read_system(0) : std::nullopt;
        return standing && standing->limit != Limit::machine ? std::optional(standing->limit_bytes) : std::nullopt;
    }

    std::int64_t refusals() { return read(refusal_count); }

    std::vector<Refusal> last_refusals()
    {
        const auto count = static_cast<std::size_t>(refusals());
        std::vector<Refusal> last;
        for (std::size_t number = count - std::min(count, refusals_kept); number < count; ++number)
        {
            last.push_back(ring[number % refusals_kept]);
        }
        return last;
    }

    void refuse_nth(std::int64_t nth)
    {
        write(test_countdown, nth);
        write(test_requests, 0);
        test_counts.store(nth != 0);
        set_free_pass(level_now());
    }

    std::int64_t requests_since() { return read(test_requests); }
}
