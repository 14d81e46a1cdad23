// Who made a block (12 bits) and who asked for it (2 bits): what every live block carries. Constants only; any thread.
#pragma once

#include <cstdint>

namespace xmemory::core
{
    // Makers are small numbers that are recycled: 0–3071 the learner's (a cell, or a measurement within one), 3072–3839 what
    // compiling a cell leaves in use, 4095 the tutor and the kernel. 3840–3855 never name a maker: see tag.hpp.
    using MakerId = std::uint16_t;

    inline constexpr int maker_count = 4096;
    inline constexpr MakerId earlier_cells = 0; // learner's blocks whose cell was too long ago to keep its own number
    inline constexpr MakerId first_learner = 1;
    inline constexpr MakerId last_learner = 3071;
    inline constexpr MakerId earlier_sources = 3072;
    inline constexpr MakerId first_source = 3073;
    inline constexpr MakerId last_source = 3839;
    inline constexpr MakerId tutor = 4095;

    constexpr bool is_learner(MakerId maker) { return maker <= last_learner; }

    enum class Origin : std::uint8_t {
        python_small, // pymalloc block of at most 512 B
        python_large, // Python's own malloc: RAW domain, and MEM and OBJ above 512 B
        native        // everybody else's malloc
    };
    inline constexpr int origin_count = 3;
}
