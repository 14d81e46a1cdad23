// An amount of memory as people write it: "40MB", "40_000_000", "1,5 MB", "under 1 kB", "40 million bytes", "1 GiB". Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace xmemory::magics
{
    struct Quantity
    {
        std::int64_t bytes = 0;
        bool has_unit = false; // a unit or a number word was written, not a number alone
        bool is_binary = false;
        bool is_bound = false; // "under 1 kB": less than bytes
        std::string binary;    // how a binary one was written, "1 GiB"; else empty
    };

    struct QuantityRead
    {
        std::optional<Quantity> quantity;
        std::string reason; // where there is none: what is wrong with it, one sentence
        std::string why;    // the same, and how to write it
    };

    enum class Sign { not_below_zero, any };

    // The whole of text has to be an amount. "about", "~" and the like are left aside.
    QuantityRead read_quantity(const std::string& text, Sign sign = Sign::not_below_zero);

    // What was typed, in quotes, cut where it is long.
    std::string quoted(const std::string& typed);

    // "8 MB", "40.4 MB", "1.07 GB (1 GiB)", "under 1 kB": three digits at the most, no zeros at the end.
    std::string shown(const Quantity& quantity);
    std::string short_bytes(std::int64_t bytes);
}
