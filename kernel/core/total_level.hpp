// How much more the learner's code has in use than at the start of the cell: its blocks, chunks of the frames' data stack, and what it
// mapped by itself. begin_cell: on the thread that runs the cells; the others: any thread, with or without the GIL.
#pragma once

#include <cstdint>

namespace xmemory::core::budget::total_level
{
    void begin_cell();
    std::int64_t now() noexcept;
    // Chunks are in no other books.
    void add_chunk(std::int64_t bytes) noexcept;
    std::int64_t in_chunks() noexcept;
    // What ending all calls by an error takes at most: for each frame an object that it moves to, and an entry of the traceback
    // (Python/frame.c, take_ownership; Python/traceback.c, PyTraceBack_Here; 3.11). A frame of the least size, 88 B, needs 224 B.
    std::int64_t to_unwind() noexcept;
}
