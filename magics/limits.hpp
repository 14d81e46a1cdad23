// The limits of %%memory check: "peak<10MB kept <= 1 kB allocations<1000", read and held against measured figures. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "magics/quantity.hpp"

namespace xmemory::magics
{
    struct Figure
    {
        const char* name;  // as it is written in a limit
        const char* field; // as it is called in data
        bool is_count;     // of allocations, else bytes
        bool can_be_below_zero;
        const char* needed; // "It %s {…}"
    };

    const std::vector<Figure>& limited_figures();

    struct Limit
    {
        const Figure* figure = nullptr;
        bool inclusive = false; // <=
        Quantity most;

        bool allows(std::int64_t measured) const { return inclusive ? measured <= most.bytes : measured < most.bytes; }
    };

    // Throws UsageError with an example where it cannot be read, or where there is none.
    std::vector<Limit> read_limits(const std::string& text);

    std::string shown_limit(const Limit& limit);                           // "10 MB", "1,000"
    std::string shown_amount(const Figure& figure, std::int64_t measured); // "40.4 MB", "1,000,214"
}
