// What %memory predict is told: a guess, or "?" for none yet; "of" and the choices; --kept. Never an error: what cannot be read
// is told in the report, and the cell runs. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "magics/quantity.hpp"

namespace xmemory::magics
{
    struct Guess
    {
        std::optional<Quantity> amount; // nullopt: "?", or not readable, and then why says so
        std::vector<Quantity> choices;  // empty: any amount
        bool is_choice = false;         // amount is one of the choices
        bool of_kept = false;           // about what is kept; else about the peak
        std::string why;                // what could not be read, with the way out; or empty
    };

    Guess read_guess(const std::string& line);

    // "8 MB, 40 MB, 400 MB"
    std::string shown(const std::vector<Quantity>& choices);

    // The one that is nearest to the bytes, as factors count. choices is not empty.
    const Quantity& nearest(const std::vector<Quantity>& choices, std::int64_t bytes);
}
