// CPython's small-object allocator as it lies in memory: arenas of 1 MiB, pools of 16 KiB, size classes of 16 bytes
// (Objects/obmalloc.c, struct pool_header; the same in 3.10 to 3.13). Reads only, and checks what it reads: a pool that was
// written over is told as damaged, and never leads out of itself. With the GIL; what is read is true until Python allocates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "cpython/bits.hpp"

namespace xmemory::cpython::pymalloc
{
    inline constexpr std::size_t pool_size = 16 * 1024;
    inline constexpr std::size_t arena_size = 1024 * 1024;
    inline constexpr std::size_t pools_per_arena = arena_size / pool_size; // the kernel's arenas lie on a 1 MiB boundary
    inline constexpr std::size_t largest_small = 512;
    inline constexpr std::size_t class_step = 16;
    inline constexpr std::size_t class_count = largest_small / class_step;
    inline constexpr std::size_t pool_overhead = 48; // the header

    struct PoolHeader // the fields of struct pool_header, by their place
    {
        std::uint32_t blocks_in_use;
        std::uint32_t unused;
        void* free_block;
        PoolHeader* next;
        PoolHeader* previous;
        std::uint32_t arena_index;
        std::uint32_t class_index;
        std::uint32_t next_offset;
        std::uint32_t max_next_offset;
    };
    static_assert(sizeof(PoolHeader) == pool_overhead);

    // asked: 1 to largest_small.
    constexpr std::size_t class_size_for(std::size_t asked) { return (asked + class_step - 1) & ~(class_step - 1); }

    constexpr std::size_t blocks_per_pool(std::size_t class_bytes) { return (pool_size - pool_overhead) / class_bytes; }

    // Too small for one more block of its class.
    constexpr std::size_t end_of_pool_bytes(std::size_t class_bytes) { return (pool_size - pool_overhead) % class_bytes; }

    inline const char* pool_of(const void* address)
    {
        return reinterpret_cast<const char*>(reinterpret_cast<std::uintptr_t>(address) & ~(pool_size - 1));
    }

    // Precondition: block is a pymalloc block.
    inline std::size_t class_size_of(const void* block)
    {
        return (std::size_t{reinterpret_cast<const PoolHeader*>(pool_of(block))->class_index} + 1) * class_step;
    }

    // Whether a block of a pool of that class begins there. Precondition: the address lies in a pool.
    inline bool is_start(const void* address, std::size_t class_size)
    {
        const auto offset = static_cast<std::uint32_t>(static_cast<const char*>(address) - pool_of(address));
        return offset >= pool_overhead && (offset - pool_overhead) % static_cast<std::uint32_t>(class_size) == 0;
    }
    inline bool is_start(const void* address) { return is_start(address, class_size_of(address)); }

    enum class PoolState : std::uint8_t {
        never_used,
        given_back, // to its arena: nothing in use, any class may have it next
        partly_used,
        full,
        damaged // its header contradicts itself
    };

    struct Pool
    {
        PoolState state = PoolState::never_used;
        std::uint16_t class_bytes = 0; // of the blocks that it has, or had last; 0: never used, or damaged
        std::uint16_t blocks_in_use = 0;
        std::uint16_t capacity = 0; // blocks

        bool is_in_use() const { return state == PoolState::partly_used || state == PoolState::full; }
        std::int64_t used_bytes() const { return std::int64_t{blocks_in_use} * class_bytes; }
    };
    // address: of a pool in an arena.
    Pool read_pool(const char* address);

    struct Arena
    {
        const char* address = nullptr;
        std::array<Pool, pools_per_arena> pools;

        std::int64_t blocks_in_use() const;
        std::int64_t used_bytes() const;
        const char* pool_address(std::size_t index) const { return address + index * pool_size; }
    };
    // All arenas, in the order of their addresses.
    std::vector<Arena> read_arenas();

    // What the pools' own headers say in all, independently of the ledger: the figures of sys._debugmallocstats().
    struct PoolSums
    {
        struct Class
        {
            std::int64_t pools = 0;
            std::int64_t blocks_in_use = 0;
            std::int64_t free_blocks = 0;
        };
        std::array<Class, class_count> classes; // [i] of (i + 1) × 16 bytes
        std::int64_t blocks = 0;
        std::int64_t set_aside_bytes = 0; // blocks × their size class
        std::int64_t free_block_bytes = 0;
        std::int64_t pools_in_use = 0;
        std::int64_t unused_pools = 0; // never used or given back
        std::int64_t damaged_pools = 0;
        std::int64_t end_of_pool_bytes = 0; // "lost to quantization"
        std::int64_t arenas = 0;
        std::int64_t frame_chunk_bytes = 0; // chunks of the frames' data stack (3.11 and later) in the arena zone

        std::int64_t pool_header_bytes() const { return pools_in_use * static_cast<std::int64_t>(pool_overhead); }
        std::int64_t unused_pool_bytes() const { return unused_pools * static_cast<std::int64_t>(pool_size); }
        std::int64_t arena_bytes() const { return arenas * static_cast<std::int64_t>(arena_size); }
        void add(const Pool& pool);
    };
    // One look at the header of each pool.
    PoolSums read_pools();

    // Blocks of one pool: a bit for each granule, set where a block begins.
    class BlockSet
    {
    public:
        static constexpr std::size_t granules = pool_size / class_step;
        static constexpr std::size_t words = granules / 64;

        // The granules at which the blocks of a pool begin, up to an offset into it.
        static BlockSet starts(std::size_t class_bytes, std::size_t end_offset);

        bool test(std::size_t granule) const { return (words_[granule / 64] >> granule % 64 & 1) != 0; }
        void set(std::size_t granule) { words_[granule / 64] |= std::uint64_t{1} << granule % 64; }
        void reset(std::size_t granule) { words_[granule / 64] &= ~(std::uint64_t{1} << granule % 64); }
        std::size_t count() const;
        const std::array<std::uint64_t, words>& as_words() const { return words_; }

    private:
        std::array<std::uint64_t, words> words_{};
    };

    // Which blocks of a pool are in use: all but its free list and the rest that was never carved into blocks. nullopt: free list
    // and header contradict each other.
    std::optional<BlockSet> live_blocks(const char* pool_address, const Pool& pool);

    // Calls visit(block) for each block in use of one pool of an arena; false where live_blocks does not know them.
    template <typename Visit>
    bool for_each_live_block(const Arena& arena, std::size_t index, Visit visit)
    {
        const char* pool = arena.pool_address(index);
        const auto live = live_blocks(pool, arena.pools[index]);
        if (live)
        {
            for_each_bit(live->as_words().data(), BlockSet::words,
                         [&](std::size_t granule) { visit(pool + granule * class_step); });
        }
        return live.has_value();
    }

    // Bytes set aside and not asked for, by size class, as the blocks' tags tell.
    struct Rounding
    {
        std::array<std::int64_t, class_count> bytes{};
        bool exact = true; // false: at least, since some pool's blocks are not known
    };
    Rounding read_rounding(const std::vector<Arena>& arenas);

    // The start of the block that an address in a pool lies in; nullptr in the header or behind the last block.
    const char* block_at(const char* pool_address, const Pool& pool, const void* address);
}
