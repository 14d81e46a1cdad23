#include "core/system_limit.hpp"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstddef>

#include "core/mappings.hpp"
#include "core/zone.hpp"

extern "C"
{
    void* __libc_malloc(std::size_t) noexcept;
    void __libc_free(void*) noexcept;
}

namespace xmemory::core::budget::system_limit
{
    namespace
    {
        using Shared = std::atomic<std::int64_t>;

        std::int64_t value_of(const Shared& number) { return number.load(std::memory_order_relaxed); }
        void write(Shared& number, std::int64_t value) { number.store(value, std::memory_order_relaxed); }

        bool started = false;
        room::Surroundings surroundings;
        room::Sources sources;
        std::int64_t unseen_at_start = 0; // resident memory that no allocator of ours holds
        std::atomic<bool> heeded{true};

        Shared due_level{never};  // it is read again before this level is passed,
        Shared due_volume{never}; // or when so much was made since, whatever was freed meanwhile
        Shared volume{0};

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

        std::int64_t kept_back(std::int64_t limit) { return std::clamp(limit / 16, 48 * megabyte, 256 * megabyte); }

        Standing standing_of(const room::Reading& reading)
        {
            const std::int64_t back = kept_back(reading.limit_bytes);
            return {limit_of(reading.kind), reading.limit_bytes, reading.left_bytes - back, back};
        }

        // What the allocators took of the system, all of which it may be asked for: arenas with the tags of their blocks, chunks,
        // private mappings, and of malloc's that much.
        std::int64_t held(std::int64_t by_malloc)
        {
            const std::int64_t tags = zone::counts(zone::Use::arena).held() * static_cast<std::int64_t>(zone::slot_size / 8);
            return by_malloc + static_cast<std::int64_t>(zone::mapped_bytes()) + tags + mappings::mapped_bytes() -
                   mappings::shared_bytes();
        }

        // What this process was given and has not touched: the system will have to give it still.
        std::int64_t untouched(const room::Process& process, std::int64_t held_bytes)
        {
            const std::int64_t shared = mappings::shared_bytes();
            return std::max<std::int64_t>(0, held_bytes + unseen_at_start - process.unbacked_resident) +
                   (shared == 0 ? 0 : shared - mappings::resident_shared_bytes());
        }

        std::int64_t untouched_at_most(const room::Process& process)
        {
            return std::max<std::int64_t>(0, process.writable - process.unbacked_resident) + mappings::shared_bytes();
        }

        std::optional<Standing> read_with(const room::Process& process, std::int64_t untouched_bytes, bool with_addresses = true)
        {
            const auto reading = room::read(sources, process, untouched_bytes, with_addresses);
            return reading ? std::optional(standing_of(*reading)) : std::nullopt;
        }

        std::int64_t address_space()
        {
            const auto process = room::read_process(sources);
            return process ? process->address_space : never;
        }

        // Whether malloc has a free place of that size, so that no addresses have to be taken. The next request finds the same place.
        bool malloc_has(std::int64_t bytes)
        {
            const std::int64_t before = address_space();
            void* tried = __libc_malloc(static_cast<std::size_t>(bytes) + 2 * sizeof(std::max_align_t)); // with its header
            const bool grew = address_space() > before;
            __libc_free(tried);
            if (grew)
            {
                malloc_trim(0);
            }
            return tried != nullptr && !grew;
        }
    }

    void start(const room::Surroundings& where)
    {
        surroundings = where;
        room::find(surroundings, sources);
        if (const auto process = room::read_process(sources))
        {
            const struct mallinfo2 info = mallinfo2();
            unseen_at_start = process->unbacked_resident - held(static_cast<std::int64_t>(info.arena + info.hblkhd));
        }
        started = true;
    }

    void find_again()
    {
        if (surroundings.hubs_limit)
        {
            room::find(surroundings, sources);
        }
    }

    void heed(bool heed) { heeded.store(heed); }

    bool is_heeded() noexcept { return heeded.load(std::memory_order_relaxed); }

    std::optional<Standing> read(std::int64_t enough) noexcept
    {
        const auto process = started ? room::read_process(sources) : std::nullopt;
        if (!process)
        {
            return std::nullopt;
        }
        const auto least = read_with(*process, untouched_at_most(*process));
        if (!least || least->left_bytes >= enough)
        {
            return least;
        }
        const struct mallinfo2 info = mallinfo2();
        return read_with(*process, untouched(*process, held(static_cast<std::int64_t>(info.arena + info.hblkhd))));
    }

    std::optional<Standing> read_hard(std::int64_t bytes, From from) noexcept
    {
        const auto before = read(never);
        const struct mallinfo2 info = mallinfo2();
        const auto free_bytes = static_cast<std::int64_t>(info.fordblks);
        if (!before || before->left_bytes >= bytes)
        {
            return before;
        }
        if (free_bytes < (before->limit == Limit::address_space ? bytes : bytes - before->left_bytes))
        {
            return before; // it cannot help
        }
        malloc_trim(0);
        const auto process = room::read_process(sources);
        if (!process)
        {
            return before;
        }
        // What is free was given back: only what is in use can be untouched and yet be asked for.
        const std::int64_t not_touched = untouched(*process, held(static_cast<std::int64_t>(info.uordblks + info.hblkhd)));
        auto after = read_with(*process, not_touched);
        const bool lacks_addresses = after && after->limit == Limit::address_space && after->left_bytes < bytes;
        if (lacks_addresses && from == From::malloc && bytes <= free_bytes && malloc_has(bytes))
        {
            const auto others = read_with(*process, not_touched, false);
            // Not all that is free has the sizes that will be asked for: what may be taken by mistake until the next reading is a
            // small part of what is kept back.
            const std::int64_t more = std::min((free_bytes - bytes) / 2, after->kept_back_bytes / 2);
            after->left_bytes = std::min(others ? others->left_bytes : never, bytes + more);
        }
        return after;
    }

    std::optional<Standing> read_addresses() noexcept
    {
        if (!started || !room::read_address_space({}))
        {
            return std::nullopt; // nothing limits them, as is usual
        }
        const auto process = room::read_process(sources);
        const auto reading = process ? room::read_address_space(*process) : std::nullopt;
        return reading ? std::optional(standing_of(*reading)) : std::nullopt;
    }

    std::optional<Standing> standing() { return is_heeded() ? read(never) : std::nullopt; }

    std::optional<std::int64_t> limit_bytes()
    {
        const auto standing = read(0);
        return standing && standing->limit != Limit::machine ? std::optional(standing->limit_bytes) : std::nullopt;
    }

    bool is_due(std::int64_t level, std::int64_t more) noexcept
    {
        const std::int64_t made = volume.fetch_add(more, std::memory_order_relaxed) + more;
        return level > value_of(due_level) || made > value_of(due_volume);
    }

    // Read again when a quarter of what was left is used. Where nothing is left, every request is a new question.
    void set_due(std::int64_t level, std::int64_t left) noexcept
    {
        constexpr std::int64_t least_step = 256 * 1024; // of small blocks between two readings
        const std::int64_t step = std::max(left / 4, std::clamp<std::int64_t>(left, 0, megabyte));
        write(due_level, level + std::max(step, least_step));
        write(due_volume, step);
        write(volume, 0);
    }

    void put_off(std::int64_t level, std::int64_t bytes) noexcept
    {
        write(due_level, std::max(value_of(due_level), level + bytes));
        write(due_volume, std::max(value_of(due_volume), bytes));
    }

    std::int64_t until_due(std::int64_t level) noexcept
    {
        return std::min(value_of(due_level) - level, value_of(due_volume) - value_of(volume));
    }
}
