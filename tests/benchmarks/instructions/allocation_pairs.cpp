// Makes and frees blocks as the learner's code of a cell does, for callgrind to count the instructions of:
//     allocation_pairs small|large|native PAIRS
//   small   PyObject_Malloc and PyObject_Free of 40 bytes: from Python's pools
//   large   the same of 600 bytes: past the pools, from malloc
//   native  malloc and free of 600 bytes
// Five blocks are made and then freed, again and again, while a sixth stays: the common way through pymalloc and malloc, without
// pools that come and go. All of it once to warm up, and once within counted_work, the function to collect in.
// Built with the kernel's hooks, with hooks that only call through, and without any.
#include <Python.h>

#include <cstdlib>
#include <cstring>

#ifdef XMEMORY_WITHOUT_ACCOUNTING
namespace
{
    template <typename Work>
    void run_as_cell(Work work)
    {
        work();
    }
}
#else
#include "core/ledger.hpp"
#include "core/scope.hpp"
#include "cpython/allocator_hooks.hpp"

namespace
{
    template <typename Work>
    void run_as_cell(Work work)
    {
        namespace core = xmemory::core;
        core::ledger::adopt_this_thread();
        xmemory::cpython::install_allocator_hooks();
        core::ledger::begin_cell(1);
        {
            const core::LearnerScope scope;
            work();
        }
        core::ledger::end_cell();
    }
}
#endif

namespace
{
    constexpr std::size_t live = 5;

    using Make = void* (*)(std::size_t);
    using Release = void (*)(void*);

    struct Pair
    {
        const char* name;
        std::size_t bytes;
        Make make;
        Release release;
    };
    constexpr Pair pairs[] = {{"small", 40, PyObject_Malloc, PyObject_Free},
                              {"large", 600, PyObject_Malloc, PyObject_Free},
                              {"native", 600, std::malloc, std::free}};

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
    for (const Pair& pair : pairs)
    {
        if (argc == 3 && std::strcmp(pair.name, argv[1]) == 0)
        {
            const Job job{pair, std::strtoul(argv[2], nullptr, 10) / live};
            run_as_cell(
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
