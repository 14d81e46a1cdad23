// A limit of memory and how much it leaves. Plain data; any thread.
#pragma once

#include <cstdint>

namespace xmemory::core::budget
{
    enum class Limit : std::uint8_t { given_total, given_cell, container, address_space, hub, machine, for_tests };

    // A limit that holds, and how much it leaves now: at most 0 where it is reached.
    struct Standing
    {
        Limit limit = Limit::machine;
        std::int64_t limit_bytes = 0;
        std::int64_t left_bytes = 0;
        std::int64_t kept_back_bytes = 0; // of what the system has left: for the kernel's own work
    };

    // More than any limit or level, and still fit to be added to.
    inline constexpr std::int64_t never = std::int64_t{1} << 61;
    inline constexpr std::int64_t megabyte = 1'000'000;
}
