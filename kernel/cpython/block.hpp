// One live block as its tag or header describes it. Reads only. With the GIL, or where nothing else frees the block.
#pragma once

#include <cstddef>
#include <optional>

#include "core/maker.hpp"
#include "core/zone.hpp"
#include "cpython/pymalloc.hpp"

namespace xmemory::cpython
{
    struct Block
    {
        core::MakerId maker = 0;
        core::Origin origin = core::Origin::native;
        std::size_t asked_bytes = 0;
        std::size_t set_aside_bytes = 0;
    };

    // Precondition: in use, in the arena zone, in a pool of that class.
    inline Block read_small_block(const void* block, std::size_t class_size)
    {
        const core::SmallBlock small = core::read_tag(core::zone::tag_of(block), class_size);
        return {small.maker, core::Origin::python_small, class_size - small.slack, class_size};
    }

    inline Block read_small_block(const void* block) { return read_small_block(block, pymalloc::class_size_of(block)); }

    // Precondition: an allocator gave this very address and has not taken it back. nullopt: a block from before the hooks.
    std::optional<Block> read_block(void* block);
}
