// One live block as its tag or header describes it. Reads only. With the GIL, or where nothing else frees the block.
#pragma once

#include <cstddef>
#include <optional>

#include "core/maker.hpp"

namespace xmemory::cpython
{
    struct Block
    {
        core::MakerId maker = 0;
        core::Origin origin = core::Origin::native;
        std::size_t asked_bytes = 0;
        std::size_t set_aside_bytes = 0;
    };

    // Precondition: an allocator gave this very address and has not taken it back. nullopt: a block from before the hooks.
    std::optional<Block> read_block(void* block);
}
