// The three pairs of making and freeing a block that are counted (allocation_pairs.cpp) and timed (allocation_times.cpp), and
// what runs them as the learner's code of a cell. Built with the kernel's hooks, or with XMEMORY_WITHOUT_ACCOUNTING without them.
// On the main thread, before Python is started: pymalloc works without it (Objects/obmalloc.c, 3.11).
#pragma once

#include <Python.h>

#include <cstdlib>

#ifndef XMEMORY_WITHOUT_ACCOUNTING
#include "core/ledger.hpp"
#include "core/scope.hpp"
#include "cpython/allocator_hooks.hpp"
#endif

namespace xmemory::benchmarks
{
    struct Pair
    {
        const char* name;
        std::size_t bytes;
        void* (*make)(std::size_t);
        void (*release)(void*);
    };

    // small: from Python's pools. large: past the pools, from malloc. native: malloc itself.
    constexpr Pair pairs[] = {{"small", 40, PyObject_Malloc, PyObject_Free},
                              {"large", 600, PyObject_Malloc, PyObject_Free},
                              {"native", 600, std::malloc, std::free}};

    // Once in a process.
    template <typename Work>
    void run_as_cell(Work work)
    {
#ifdef XMEMORY_WITHOUT_ACCOUNTING
        work();
#else
        core::ledger::adopt_this_thread();
        cpython::install_allocator_hooks();
        core::ledger::begin_cell(1);
        {
            const core::LearnerScope scope;
            work();
        }
        core::ledger::end_cell();
#endif
    }
}
