#include "cpython/block.hpp"

#include "core/malloc_block.hpp"

namespace xmemory::cpython
{
    std::optional<Block> read_block(void* block)
    {
        if (core::zone::in_zone(block))
        {
            return read_small_block(block);
        }
        const auto facts = core::malloc_block::read(block);
        if (!facts)
        {
            return std::nullopt;
        }
        return Block{facts->maker, facts->origin, facts->asked_bytes, facts->usable_bytes};
    }
}
