// What happened at the memory limit in one cell, and the sentences that tell it. Plain data; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace xmemory::report
{
    // A variable of the learner's, and what lets go of it.
    struct Holder
    {
        std::string name;
        std::int64_t bytes = 0; // what that frees
        bool at_least = false;
        std::string statement;
    };

    struct AtLimit
    {
        bool stopped = false; // the cell ended by it; else its code went on, or a thread of its own ended
        std::string source;   // "given_total", "given_cell", "container", "address_space", "hub", "machine", "for_tests"
        std::int64_t limit_bytes = 0;
        bool small = false;   // small objects or frames went past the limit; else one request was refused:
        std::int64_t frames_bytes = 0; // calls within calls took so much, and did it; 0: it was something else
        bool to_grow = false; // to make something larger that was there
        bool addresses = false; // which are no memory: a thread's stack, a reservation, a mapped file
        std::int64_t asked_bytes = 0;
        std::int64_t left_bytes = 0;
        int cell = 0;              // whose line it was; 0: unknown
        int line = 0;              // 0: unknown
        std::int64_t refusals = 0; // in this cell, this one included
        std::vector<Holder> largest;
    };

    // "1.07 GB limit", "1.07 GB limit for each cell", "1.07 GB limit of the container" …
    std::string limit_words(const std::string& source, std::int64_t limit_bytes);

    // "line 3 asked for 800 MB, 212 MB were left". running_cell: a line of another cell is told with its number.
    std::string who_asked(const AtLimit& at_limit, int running_cell);

    nlohmann::json to_json(const AtLimit& at_limit);
}
