// Arenas that are almost empty and cannot go back to the system, since a few blocks in them are in use; and what those blocks
// are. The objects are found from the collector's lists and what their objects refer to; a block that only lies there is never
// taken for an object. Takes no reference, makes no object, runs no code of the objects'. With the GIL; nothing may be
// allocated in Python's heap between reading the arenas and the answer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/maker.hpp"
#include "cpython/pymalloc.hpp"

namespace xmemory::cpython
{
    // Something, but less than a tenth of an arena's bytes, is in use, and all its pools have been used. CPython carves one arena
    // at a time: the one that still has pools never used is not held back but being filled. And it keeps one empty arena in hand
    // (Objects/obmalloc.c, insert_to_freepool, 3.11: the last usable one is not given back), which nothing holds back either.
    inline constexpr double held_back_below = 0.1;
    bool is_held_back(const pymalloc::Arena& arena);

    // Blocks of one kind and one maker in such arenas.
    struct Pins
    {
        enum class Kind {
            object,
            part,      // of an object: a list's items, a dict's table, a bytearray's buffer (owned_blocks.hpp)
            free_list, // kept by Python for the next object of its kind (free_lists.h)
            unknown    // buffers of C code, structures of Python's own
        };

        Kind kind = Kind::unknown;
        std::string type; // of the object; empty for the other kinds
        core::MakerId maker = 0;
        std::int64_t blocks = 0;
        std::int64_t bytes = 0; // asked for
    };

    struct HeldBack
    {
        std::int64_t arenas = 0;
        std::int64_t blocks = 0;
        std::int64_t objects = 0; // of the blocks
        std::int64_t used_bytes = 0;
        std::int64_t unreadable_pools =
            0;                  // in use, with a free list that contradicts itself: their blocks are not in the pins
        std::vector<Pins> pins; // most blocks first
    };

    // keep_going is asked now and then, and must not run Python code; nullopt where it said no.
    std::optional<HeldBack> find_held_back(const std::vector<pymalloc::Arena>& arenas,
                                           const std::function<bool()>& keep_going);
}
