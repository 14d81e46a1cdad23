// The arena zone: a fixed stretch of addresses into which CPython's arenas go, so that one subtraction tells a pymalloc block
// from any other pointer and finds its tag. A slot of 1 MiB holds one arena (or part of a larger mapping such as a chunk of
// the frames' data stack); its tags (128 KiB) lie at the same place of the tag zone. Nothing is reserved: RLIMIT_AS would count it.
// map and unmap: with the GIL (CPython calls its arena allocator so). in_zone and tag_of: any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/tag.hpp"

namespace xmemory::core::zone
{
    // Below 16 TiB, where valgrind can map, and far from where Linux puts programs, libraries and mappings of its own choice.
    inline constexpr std::uintptr_t base = 0x0a0000000000;
    inline constexpr std::size_t size = std::size_t{1} << 40;
    inline constexpr std::uintptr_t tag_base = base / 8; // so that a block's tag lies at an eighth of its address
    inline constexpr std::size_t slot_size = std::size_t{1} << 20;
    inline constexpr std::size_t slot_count = size / slot_size;
    // The first slots are used first, and again and again: their tags (8 MiB of addresses, touched when used) stay mapped.
    inline constexpr std::size_t slots_with_lasting_tags = 64;

    inline bool in_zone(const void* address) { return reinterpret_cast<std::uintptr_t>(address) - base < size; }

    // Precondition: in_zone(block), on a granule's boundary.
    inline Tag* tag_of(const void* block)
    {
        static_assert(granule == 8 * sizeof(Tag));
        return reinterpret_cast<Tag*>(reinterpret_cast<std::uintptr_t>(block) / 8);
    }

    // Whom a mapping is for: CPython's small-object allocator, or the frames' data stack.
    enum class Use : std::uint8_t { arena, chunk };

    // Zeroed pages on a 1 MiB boundary, or nullptr when the system refuses.
    void* map(std::size_t bytes, Use use = Use::arena);
    // Exactly what map gave.
    void unmap(void* address, std::size_t bytes);

    // For whom map was called. Precondition: map gave that address.
    Use use_of(const void* address);

    struct Mapping
    {
        char* address;
        std::size_t bytes;
        Use use;
    };
    // The mappings in address order: call with the address after the last one, or base, until address is nullptr.
    Mapping next_mapping(const void* from);

    std::size_t mapped_bytes(); // arenas and chunks, tags not counted

    // From base to the end of the last mapping: what a table of all that lies in the zone has to cover.
    std::size_t used_span();

    // Since the start of the process.
    struct Counts
    {
        std::int64_t mapped = 0; // calls of map that were answered
        std::int64_t unmapped = 0;
        std::int64_t most_at_once = 0;

        std::int64_t held() const { return mapped - unmapped; }
    };
    Counts counts(Use use);
}
