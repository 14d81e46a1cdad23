// Memory that the learner's code, or a library at work for it, maps from the system by itself: past Python's and the C library's
// allocators, whose own mappings do not come through here, and neither do threads' stacks.
//
// Counted is what is memory: anonymous mappings, private or shared, while they can be read or written. A mapped file is not (its
// pages are the file's, also of one in /dev/shm), and neither is a reservation (PROT_NONE) until it is made accessible. Bytes are
// whole pages of address space; how many of them are in memory only the system knows, which resident_bytes asks.
//
// Each mapping carries the cell that made it, by its serial. Cutting, replacing and moving leave the rest with whom it was; a
// resize makes it the running cell's, as realloc does. The books are a table of fixed size: nothing is allocated and no thread
// waits for another, but where two of them cut the same mapping at once. Once the table is full, or a call failed halfway, nothing
// is known any more (known()). Any thread, with or without the GIL.
#pragma once

#include <cstddef>
#include <cstdint>

namespace xmemory::core::mappings
{
    struct Range
    {
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0; // 0 bytes after the last

        std::uintptr_t bytes() const { return end > begin ? end - begin : 0; }
    };

    struct Kind
    {
        bool accessible = false; // so it is memory
        bool shared = false;     // with processes that are forked
    };

    // What was known of a range that has been taken out.
    struct Taken
    {
        bool any = false;
        Kind kind;                      // of its first mapping
        std::uint32_t serial = 0;       // likewise
        std::int64_t earlier_bytes = 0; // that were memory of cells other than the running one
    };

    // The serial of the cell that the calling thread works for; 0: the kernel's own work, which is not counted.
    std::uint32_t serial_here();

    void add(Range range, std::uint32_t serial, Kind kind);
    // Before the system unmaps it: afterwards another thread may have mapped it anew.
    Taken take_out(Range range);
    // Part of it has become, or is no more, accessible.
    void change_access(Range range, bool accessible);
    // The running cell has given back bytes that others mapped.
    void count_unmapped_earlier(std::int64_t bytes);
    void lose();

    // What of a range is known, now.
    struct Bytes
    {
        std::int64_t memory = 0;
        std::int64_t reserved = 0; // not accessible
    };
    Bytes bytes_in(Range range);

    bool known();
    // Of one cell; of all of them.
    std::int64_t mapped_bytes(std::uint32_t serial);
    std::int64_t mapped_bytes();
    std::int64_t shared_bytes(); // of them
    // How much of all of them is in memory now, by mincore(2): some 40 µs a GB.
    std::int64_t resident_bytes();
    std::int64_t resident_shared_bytes();
    // Given back so far by cells, of what earlier ones mapped. Only differences mean something.
    std::int64_t unmapped_earlier_bytes();
}
