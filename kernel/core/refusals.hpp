// What was refused at a limit in the cell that runs, and where its code stood: written by the hook that refused, in plain memory, and
// read when the cell has ended. note never throws, logs, locks or allocates; any thread, with or without the GIL. The others: on the
// thread that runs the cells.
#pragma once

#include <cstdint>
#include <vector>

#include <sys/types.h>

#include "core/standing.hpp"

namespace xmemory::core::budget
{
    enum class Wanted : std::uint8_t {
        block,
        growth,    // of a block that was there, by so much
        mapping,   // memory past malloc
        addresses, // not memory yet: a thread's stack, a reservation, a mapped file
        small,     // not refused: small blocks went past the limit, and the thread was stopped
        frames     // likewise: calls within calls, whose frames take so much
    };

    struct Refusal
    {
        std::int64_t asked_bytes = 0;
        std::int64_t left_bytes = 0;
        std::int64_t limit_bytes = 0;
        Limit limit = Limit::machine;
        Wanted wanted = Wanted::block;
        bool of_this_cell = true; // not of a thread that an earlier cell started
        pid_t thread_id = 0;
        int line = 0; // in the innermost function that was typed in a cell; 0: unknown
        char file[256] = {};
    };

    // Writes line and file. Set once, before the first cell.
    extern void (*note_place)(Refusal& refusal);

    void note(const Standing& standing, std::int64_t asked, Wanted wanted) noexcept;

    void forget_refusals();
    // In this cell so far; the last ones, oldest first.
    std::int64_t refusals();
    std::vector<Refusal> last_refusals();
}
