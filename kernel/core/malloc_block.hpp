// A block of malloc's with its header: 16 bytes before the block say who made it, how much was asked, and that it is ours.
// make, resize and release take the place of malloc, realloc and free for both Python's own malloc (RAW domain) and everybody
// else's; they book what they do. Never throw, log, lock (beyond glibc's own) or call back. Any thread, with or without the GIL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/maker.hpp"

namespace xmemory::core::malloc_block
{
    // nullptr with errno ENOMEM where the system refuses. zeroed as calloc's.
    void* make(std::size_t bytes, Origin origin, bool zeroed = false) noexcept;
    // alignment: a power of two.
    void* make_aligned(std::size_t alignment, std::size_t bytes, Origin origin) noexcept;
    // As realloc: nullptr leaves the old block as it was; a null pointer makes a block of that origin. The new block's maker is
    // the running one, its origin that of the old block.
    void* resize(void* block, std::size_t bytes, Origin origin) noexcept;
    // As free. A block that is not ours (made before the hooks) goes back to glibc unbooked.
    void release(void* block) noexcept;
    // What the header says of a block that is ours.
    struct Facts
    {
        MakerId maker = 0;
        Origin origin = Origin::native;
        std::size_t asked_bytes = 0;
        std::size_t usable_bytes = 0;
    };
    // Nothing for a block that is not ours. block: what an allocator gave.
    std::optional<Facts> read(void* block);
    // What an aligned block takes beyond header, asked bytes and slack: the room before its header, and the room that glibc leaves
    // unused before a mapping's block. Of all live blocks.
    std::int64_t alignment_bytes();
    inline constexpr std::size_t header_bytes = 16;
    // As malloc_usable_size.
    std::size_t usable_size(void* block) noexcept;
    // The header of a maker whose number is about to be used again no longer names it: its blocks become earlier_cells' or
    // earlier_sources'. Only while no other thread frees (ledger.cpp).
    void disown(MakerId maker);
}
