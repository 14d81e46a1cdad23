// Nanoseconds for making and freeing a block, as the learner's code of a cell: with five blocks live at a time, which stay in the
// nearest cache, and with 100,000, which are freed in another order than made. Built with the kernel's hooks, with hooks that
// only call through, and without any.
#include "instructions/allocation_pairs.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace
{
    using xmemory::benchmarks::Pair;

    void make_and_free(benchmark::State& state, const Pair& pair, std::size_t live)
    {
        std::vector<void*> blocks(live);
        std::vector<std::size_t> order(live);
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), std::mt19937(1));
        void* stays = pair.make(pair.bytes);
        for (auto _ : state)
        {
            for (void*& block : blocks)
            {
                block = pair.make(pair.bytes);
                *static_cast<char*>(block) = 1;
            }
            for (const std::size_t index : order)
            {
                pair.release(blocks[index]);
            }
        }
        pair.release(stays);
        state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(live));
    }
}

int main(int argc, char* argv[])
{
    for (const Pair& pair : xmemory::benchmarks::pairs)
    {
        for (const std::size_t live : {5, 100'000})
        {
            benchmark::RegisterBenchmark((std::string(pair.name) + "/" + std::to_string(live)).c_str(),
                                         [&pair, live](benchmark::State& state) { make_and_free(state, pair, live); });
        }
    }
    benchmark::Initialize(&argc, argv);
    xmemory::benchmarks::run_as_cell([] { benchmark::RunSpecifiedBenchmarks(); });
    return 0;
}
