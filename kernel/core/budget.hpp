// The limit of what the learner's code may have in use, and who is refused at it. A request asks grants() first: one comparison while
// the limit is far. Near it, ask() reckons exactly, and reads what the system has left (system_limit.hpp) when that may have changed.
// Each thread has a credit of what it may take, in whatever small portions, until it looks how near the limit is.
// Refused are requests of more than 512 B of the learner's code, on whatever thread; the tutor's never, nor what a thread needs to
// start (thread_start.hpp). Small ones are served beyond the limit, from a reserve, and the thread is stopped at its next safe point;
// only where nothing of the reserve is left, because no safe point came, a new arena is refused as well.
// The hot functions never throw, log, lock (but for glibc's own while mallinfo2 and malloc_trim are asked) or allocate; any thread,
// with or without the GIL. The others: on the thread that runs the cells, as the tutor. All in bytes; a level is above the start of the
// cell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "core/given_limit.hpp"
#include "core/refusals.hpp"
#include "core/standing.hpp"
#include "core/tally.hpp"
#include "core/total_level.hpp"

namespace xmemory::core::budget
{
    inline constexpr std::size_t largest_request = static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / 2;

    extern std::size_t free_pass; // the largest request that need not ask

    // more: what the request adds to what is in use. taken: what the system may have to give for it meanwhile, when a block is copied
    // to grow.
    bool ask(std::size_t more, std::size_t taken, Wanted wanted) noexcept;
    inline bool needs_not_ask(std::size_t bytes)
    {
        return __builtin_expect(bytes <= __atomic_load_n(&free_pass, __ATOMIC_RELAXED), 1);
    }
    inline bool grants(std::size_t bytes) { return needs_not_ask(bytes) || ask(bytes, bytes, Wanted::block); }
    inline bool grants_growth(std::size_t more, std::size_t taken)
    {
        return needs_not_ask(taken) || ask(more, taken, Wanted::growth);
    }

    // Of what was made and booked. Whoever has used up its thread's credit looks at the level.
    inline bool uses_up_credit(ThreadRecord& record, std::size_t bytes)
    {
        return (record.credit -= static_cast<std::int64_t>(bytes)) < 0;
    }
    void look_at_level() noexcept;
    // Small blocks may have become more, by about a pool.
    inline void count_pool(ThreadRecord& record, std::size_t bytes)
    {
        if (uses_up_credit(record, bytes))
        {
            look_at_level();
        }
    }
    // The small blocks' level at which a limit that was given is passed, if nothing else changes. Free places in pools are filled
    // without a new pool: whoever fills one up compares.
    extern std::int64_t small_ceiling;
    inline void look_when_pool_is_full()
    {
        if (__builtin_expect(own_levels.origin[0] > __atomic_load_n(&small_ceiling, __ATOMIC_RELAXED), 0))
        {
            look_at_level();
        }
    }

    // Arenas are what the small blocks take of the system; chunks of the frames' data stack are in no level. Both draw on the
    // reserve: where CPython 3.11 gets no chunk for a call, it raises SystemError instead of MemoryError.
    bool grants_arena(std::size_t bytes) noexcept;
    bool grants_chunk(std::size_t bytes) noexcept;
    inline void count_chunk_unmapped(std::size_t bytes) noexcept { total_level::add_chunk(-static_cast<std::int64_t>(bytes)); }

    // Past malloc: memory, which the books of mappings.hpp count when it is there; and addresses that are no memory, or not yet.
    inline bool grants_mapping(std::size_t bytes) noexcept { return ask(bytes, bytes, Wanted::mapping); }
    bool grants_addresses(std::size_t bytes) noexcept;

    // Set once, before the first cell. Brings a MemoryError to the calling thread at its next safe point, and says whether it did: it
    // cannot without the GIL, and need not where one is on its way already.
    extern bool (*stop_this_thread)();

    // in_use_bytes: of all that is counted, the kernel's own included. After the levels were set back.
    void begin_cell(std::int64_t in_use_bytes);

    // From now on, also for the cell that runs.
    void give(const std::optional<Given>& given, std::int64_t in_use_bytes);
    void heed_system(bool heed);

    // nullopt where none was given.
    std::optional<Standing> standing_of_given();

    // For tests: planned_fault.hpp.
    void refuse_nth(std::int64_t nth);
}
