#include "cpython/block.hpp"

#include "core/malloc_block.hpp"
#include "core/zone.hpp"
#include "cpython/pymalloc.hpp"

namespace xmemory::cpython
{
    std::optional<Block> read_block(void* block)
    {
        if (core::zone::in_zone(block))
        {
            const std::size_t class_size = pymalloc::class_size_of(block);
            const core::SmallBlock small = core::read_tag(core::zone::tag_of(block), class_size);
            return Block{small.maker, core::Origin::python_small, class_size - small.slack, class_size};
        }
        const auto facts = core::malloc_block::read(block);
        if (!facts)
        {
            return std::nullopt;
        }
        return Block{facts->maker, facts->origin, facts->asked_bytes, facts->usable_bytes};
    }
}
