// What the C library's malloc holds from the system, for Python's large blocks and for everybody else's. On the thread that
// runs the cells.
#pragma once

#include <cstdint>

#include <nlohmann/json.hpp>

namespace xmemory::magics
{
    struct MallocState // as mallinfo2(3) has it
    {
        std::int64_t heap_bytes = 0; // taken from the system in large pieces, used or not
        std::int64_t heap_in_use_bytes = 0;
        std::int64_t heap_free_bytes = 0;
        std::int64_t top_free_bytes = 0; // of the free ones, at the heap's end
        std::int64_t mapped_blocks = 0;  // large blocks, each mapped by itself
        std::int64_t mapped_bytes = 0;

        std::int64_t held_bytes() const { return heap_bytes + mapped_bytes; }
    };
    MallocState read_malloc();

    struct Trimmed
    {
        MallocState before;
        MallocState after;
        std::int64_t resident_before = 0; // as the system sees the process; 0: /proc does not tell
        std::int64_t resident_after = 0;
        bool released = false; // as malloc_trim(3) says
    };
    // Gives back to the system what malloc holds and does not use: whole pages only.
    Trimmed trim_malloc();
    // Whether at least 10 MB more are free in its heap than the last trim left there: those pages have gone already.
    bool is_worth_trimming(const MallocState& state);

    nlohmann::json to_json(const MallocState& state);
}
