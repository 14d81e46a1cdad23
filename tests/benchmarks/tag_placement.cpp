// Where the tag of a malloc block is best kept: nanoseconds for a malloc and a free, counting and peak included.
//   bare        glibc alone, nothing counted
//   header      16 bytes before the block: what core/malloc_block.cpp does
//   trailer     the last 8 bytes of the block's usable size
//   side table  a hash table from address to tag
// Each with one block live at a time, with a thousand, and with 200,000 of 520 bytes freed in another order than made.
#include <benchmark/benchmark.h>

#include <malloc.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>
#include <unordered_map>
#include <vector>

#include "core/malloc_block.hpp"
#include "core/tally.hpp"

namespace
{
    using namespace xmemory::core;

    struct Bare
    {
        static void* make(std::size_t bytes) { return std::malloc(bytes); }
        static void release(void* block) { std::free(block); }
    };

    struct Header
    {
        static void* make(std::size_t bytes) { return malloc_block::make(bytes, Origin::native); }
        static void release(void* block) { malloc_block::release(block); }
    };

    struct Trailer
    {
        static char* end_of(void* block) { return static_cast<char*>(block) + malloc_usable_size(block) - 8; }

        static void* make(std::size_t bytes)
        {
            void* block = std::malloc(bytes + 8);
            const std::uint64_t tag = bytes << 12 | here().maker;
            std::memcpy(end_of(block), &tag, 8);
            count_made(here(), Origin::native, bytes, 0);
            return block;
        }

        static void release(void* block)
        {
            std::uint64_t tag = 0;
            std::memcpy(&tag, end_of(block), 8);
            count_freed(here(), tag & 0xFFF, Origin::native, tag >> 12, 0);
            std::free(block);
        }
    };

    struct SideTable
    {
        static std::unordered_map<void*, std::uint64_t>& table()
        {
            static std::unordered_map<void*, std::uint64_t> one;
            return one;
        }

        static void* make(std::size_t bytes)
        {
            void* block = std::malloc(bytes);
            table()[block] = bytes << 12 | here().maker;
            count_made(here(), Origin::native, bytes, 0);
            return block;
        }

        static void release(void* block)
        {
            const auto found = table().find(block);
            count_freed(here(), found->second & 0xFFF, Origin::native, found->second >> 12, 0);
            table().erase(found);
            std::free(block);
        }
    };

    // range 0: blocks live at once; range 1: their size. A pair is one malloc and one free.
    template <typename Way>
    void pairs(benchmark::State& state)
    {
        const auto live = static_cast<std::size_t>(state.range(0));
        const auto bytes = static_cast<std::size_t>(state.range(1));
        std::vector<void*> blocks(live);
        std::vector<std::size_t> order(live);
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), std::mt19937(1));
        here().runs_cells = true;
        here().role = Role::cell_thread; // levels and peaks move as in a cell
        for (auto _ : state)
        {
            for (void*& block : blocks)
            {
                block = Way::make(bytes);
                std::memset(block, 1, std::min<std::size_t>(bytes, 64));
            }
            for (const std::size_t index : order)
            {
                Way::release(blocks[index]);
            }
        }
        state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(live));
    }

    void sizes(benchmark::internal::Benchmark* bench)
    {
        bench->Args({1, 64})->Args({1000, 64})->Args({200'000, 520});
    }

    BENCHMARK(pairs<Bare>)->Apply(sizes);
    BENCHMARK(pairs<Header>)->Apply(sizes);
    BENCHMARK(pairs<Trailer>)->Apply(sizes);
    BENCHMARK(pairs<SideTable>)->Apply(sizes);
}
