// Makes and frees blocks as the learner's code of a cell does, for callgrind to count the instructions of:
//     allocation_pairs small|large|native PAIRS
// Five blocks are made and then freed, again and again, while a sixth stays: the common way through pymalloc and malloc, without
// pools that come and go. All of it once to warm up, and once within counted_work, the function to collect in.
#include "allocation_pairs.hpp"

#include <cstring>

namespace
{
    using xmemory::benchmarks::Pair;

    constexpr std::size_t live = 5;

    struct Job
    {
        Pair pair;
        std::size_t turns;
    };

    __attribute__((noinline)) void work(const Job& job)
    {
        for (std::size_t turn = 0; turn < job.turns; ++turn)
        {
            void* blocks[live];
            for (void*& block : blocks)
            {
                block = job.pair.make(job.pair.bytes);
            }
            for (void* block : blocks)
            {
                job.pair.release(block);
            }
        }
    }
}

// Found by name: callgrind collects between its entry and its end.
extern "C" __attribute__((noinline)) void counted_work(const void* job) { work(*static_cast<const Job*>(job)); }

int main(int argc, char* argv[])
{
    for (const Pair& pair : xmemory::benchmarks::pairs)
    {
        if (argc == 3 && std::strcmp(pair.name, argv[1]) == 0)
        {
            const Job job{pair, std::strtoul(argv[2], nullptr, 10) / live};
            xmemory::benchmarks::run_as_cell(
                [&job]
                {
                    void* stays = job.pair.make(job.pair.bytes);
                    work(job);
                    counted_work(&job);
                    job.pair.release(stays);
                });
            return 0;
        }
    }
    return 2;
}
