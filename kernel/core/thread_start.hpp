// A thread that the learner's code has just started. Whoever started it waits until it says so (Lib/threading.py, Thread.start, 3.11),
// and would wait for ever if a request were refused before that. So what comes before its run(), and after it, draws on an allowance.
// On the thread itself, with or without the GIL; never throws, logs, locks or allocates.
#pragma once

#include <cstdint>

namespace xmemory::core::budget::thread_start
{
    inline constexpr std::int64_t allowance_bytes = 1'000'000; // of each thread, all in all

    // Whether the calling thread has not come to its run() yet, or is past it. Set once, before the first cell.
    extern bool (*is_outside_run)();

    // Whether the allowance has so much, which is taken from it.
    bool takes(std::int64_t bytes) noexcept;
}
