// Tests of kernel/cpython/passed_on.cpp, and of raw_hooks.cpp and small_hooks.cpp which pass blocks on.
#include "cpython/passed_on.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "cpython/raw_hooks.hpp"
#include "python.hpp"

extern "C" Py_ssize_t _Py_GetAllocatedBlocks(void); // Objects/obmalloc.c, 3.11

namespace xmemory::cpython
{
    namespace
    {
        // As sys.getallocatedblocks() tells it.
        Py_ssize_t allocated_blocks() { return _Py_GetAllocatedBlocks(); }

        TEST(PassedOn, IsFoundInAStaticPython)
        {
            EXPECT_NE(passed_on::count, nullptr);
            EXPECT_TRUE(raw_hooks::are_in_place());
        }

        template <typename Make, typename Free>
        void expect_counted(std::size_t bytes, Make make, Free release)
        {
            const Py_ssize_t before = allocated_blocks();
            std::vector<void*> blocks;
            for (int number = 0; number < 100; ++number)
            {
                blocks.push_back(make(bytes));
            }
            EXPECT_EQ(allocated_blocks() - before, 100) << bytes;
            for (void* block : blocks)
            {
                release(block);
            }
            EXPECT_EQ(allocated_blocks(), before) << bytes;
        }

        TEST(PassedOn, SysGetallocatedblocksCountsAsPythonDoes)
        {
            for (const std::size_t bytes : {0, 1, 512, 513, 600, 100'000, 10'000'000})
            {
                expect_counted(bytes, PyObject_Malloc, PyObject_Free);
                expect_counted(bytes, PyMem_Malloc, PyMem_Free);
            }
        }

        TEST(PassedOn, NothingIsNoBlock)
        {
            const Py_ssize_t before = allocated_blocks();
            PyObject_Free(nullptr);
            PyMem_Free(nullptr);
            EXPECT_EQ(PyObject_Malloc(static_cast<std::size_t>(PY_SSIZE_T_MAX)), nullptr);
            EXPECT_EQ(allocated_blocks(), before);
        }

        TEST(PassedOn, ABlockMayBeMadeUnderOneAllocatorAndFreedUnderAnother)
        {
            Notebook notebook;
            Py_ssize_t after[3];
            for (Py_ssize_t& blocks : after) // the first time imports the module and fills caches
            {
                void* block = PyObject_Malloc(600);
                EXPECT_EQ(notebook.run_as_tutor("import tracemalloc; tracemalloc.start()"), "");
                PyObject_Free(block);
                block = PyObject_Malloc(700);
                EXPECT_EQ(notebook.run_as_tutor("tracemalloc.stop(); del tracemalloc"), "");
                EXPECT_TRUE(raw_hooks::are_in_place());
                PyObject_Free(block);
                EXPECT_EQ(notebook.run_as_tutor("import tracemalloc; tracemalloc.start(); tracemalloc.stop()"), "");
                blocks = allocated_blocks();
            }
            EXPECT_EQ(after[2], after[1]);
            PyObject_Free(PyObject_Malloc(600));
            EXPECT_EQ(allocated_blocks(), after[2]);
        }
    }
}
