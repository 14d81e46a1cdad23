// Tests of kernel/cpython/allocator_hooks.cpp.
#include "cpython/allocator_hooks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "core/zone.hpp"
#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        using core::Origin;

        TEST(AllocatorHooks, KnowTheLayoutAndSeeEveryDomain)
        {
            EXPECT_EQ(why_layout_is_unknown(), std::nullopt);
            EXPECT_EQ(why_hooks_are_blind(), std::nullopt);
        }

        TEST(AllocatorHooks, StandAgainstTheEnvironmentsChoiceOfAnAllocator)
        {
            const std::string filter = "AllocatorHooks.KnowTheLayoutAndSeeEveryDomain";
            EXPECT_EQ(run_this_program(filter, "PYTHONMALLOC", "malloc"), 0);
            EXPECT_EQ(run_this_program(filter, "PYTHONMALLOC", "debug"), 0);
            EXPECT_EQ(run_this_program(filter, "PYTHONDEVMODE", "1"), 0);
        }

        // An allocator of somebody's between Python and the hooks, that asks for more than it was asked.
        PyMemAllocatorEx below;
        void* greedy_malloc(void*, std::size_t bytes) { return below.malloc(below.ctx, bytes + 16); }
        void* greedy_calloc(void*, std::size_t number, std::size_t bytes) { return below.calloc(below.ctx, number, bytes); }
        void* greedy_realloc(void*, void* block, std::size_t bytes) { return below.realloc(below.ctx, block, bytes); }
        void greedy_free(void*, void* block) { below.free(below.ctx, block); }

        std::string why_blind_under_a_greedy_allocator_of(PyMemAllocatorDomain domain)
        {
            PyMem_GetAllocator(domain, &below);
            PyMemAllocatorEx greedy{nullptr, greedy_malloc, greedy_calloc, greedy_realloc, greedy_free};
            PyMem_SetAllocator(domain, &greedy);
            const auto why = why_hooks_are_blind();
            PyMem_SetAllocator(domain, &below);
            return why.value_or("");
        }

        TEST(AllocatorHooks, SayWhichAllocatorWasReplaced)
        {
            EXPECT_EQ(why_blind_under_a_greedy_allocator_of(PYMEM_DOMAIN_OBJ),
                      "something has replaced or wrapped Python's object allocator");
            EXPECT_EQ(why_blind_under_a_greedy_allocator_of(PYMEM_DOMAIN_MEM),
                      "something has replaced or wrapped Python's memory allocator");
            EXPECT_EQ(why_blind_under_a_greedy_allocator_of(PYMEM_DOMAIN_RAW),
                      "something has replaced or wrapped Python's raw allocator");
            EXPECT_EQ(why_hooks_are_blind(), std::nullopt) << "all of them were put back";
        }

        // A block made in a cell is booked there to the byte, and comes back to zero.
        void expect_booked(Origin origin, std::int64_t bytes, const std::function<void*()>& make, void (*release)(void*))
        {
            void* block = nullptr;
            const core::SpanFigures made = core::run_cell([&] { block = make(); });
            ASSERT_NE(block, nullptr);
            const core::OriginSpan& span = made.origins[static_cast<int>(origin)];
            EXPECT_EQ(span.made.bytes, bytes);
            EXPECT_EQ(span.made.blocks, 1);
            EXPECT_EQ(span.kept().bytes, bytes);
            EXPECT_EQ(made.peak_bytes, bytes);
            EXPECT_EQ(core::zone::in_zone(block), origin == Origin::python_small);
            const core::SpanFigures freed = core::run_cell([&] { release(block); });
            EXPECT_EQ(freed.origins[static_cast<int>(origin)].freed_earlier.bytes, bytes);
            EXPECT_EQ(freed.origins[static_cast<int>(origin)].freed_earlier.blocks, 1);
        }

        TEST(AllocatorHooks, BookEachWayToMakeABlock)
        {
            for (std::size_t asked = 1; asked <= 512; ++asked)
            {
                const auto bytes = static_cast<std::int64_t>(asked);
                expect_booked(
                    Origin::python_small, bytes, [=] { return PyObject_Malloc(asked); }, PyObject_Free);
            }
            expect_booked(
                Origin::python_large, 0, [] { return PyObject_Malloc(0); }, PyObject_Free);
            expect_booked(
                Origin::python_large, 513, [] { return PyObject_Malloc(513); }, PyObject_Free);
            expect_booked(
                Origin::python_small, 21, [] { return PyObject_Calloc(3, 7); }, PyObject_Free);
            expect_booked(
                Origin::python_large, 600, [] { return PyObject_Calloc(60, 10); }, PyObject_Free);
            expect_booked(
                Origin::python_small, 50, [] { return PyObject_Realloc(nullptr, 50); }, PyObject_Free);
            expect_booked(
                Origin::python_large, 5000, [] { return PyObject_Realloc(nullptr, 5000); }, PyObject_Free);
            expect_booked(
                Origin::python_small, 100, [] { return PyMem_Malloc(100); }, PyMem_Free);
            expect_booked(
                Origin::python_large, 100, [] { return PyMem_RawMalloc(100); }, PyMem_RawFree);
            expect_booked(
                Origin::python_large, 90, [] { return PyMem_RawCalloc(9, 10); }, PyMem_RawFree);
            expect_booked(
                Origin::python_large, 70, [] { return PyMem_RawRealloc(nullptr, 70); }, PyMem_RawFree);
        }

        TEST(AllocatorHooks, BookEachStepOfAReallocAsFreedAndMade)
        {
            // Within a size class, down within three quarters of it, to another, to malloc's, and back
            const std::vector<std::int64_t> steps = {100, 112, 90, 40, 400, 512, 385, 513, 100'000, 600, 20};
            void* block = nullptr;
            core::run_cell([&] { block = PyObject_Malloc(64); });
            std::int64_t before = 64;
            for (const std::int64_t bytes : steps)
            {
                const int cell = core::next_cell();
                const core::SpanFigures figures =
                    core::run_cell(cell, [&] { block = PyObject_Realloc(block, static_cast<std::size_t>(bytes)); });
                const core::Amount made = small_of(figures).made + large_of(figures).made;
                const core::Amount freed = small_of(figures).freed_earlier + large_of(figures).freed_earlier;
                EXPECT_EQ(made.bytes, bytes);
                EXPECT_EQ(made.blocks, 1);
                EXPECT_EQ(freed.bytes, before);
                EXPECT_EQ(figures.peak_bytes, std::max<std::int64_t>(0, bytes - before)) << "the copy is no peak";
                EXPECT_EQ(core::ledger::still_in_use(cell).bytes, bytes);
                EXPECT_EQ(difference_of_books(), "") << bytes;
                before = bytes;
            }
            PyObject_Free(block);
            EXPECT_EQ(difference_of_books(), "");
        }

        TEST(AllocatorHooks, AReallocThatFailsKeepsTheBooks)
        {
            for (const std::size_t asked : {100, 5000})
            {
                const int cell = core::next_cell();
                void* block = nullptr;
                void* refused = &block;
                const core::SpanFigures figures = core::run_cell(cell,
                                                                 [&]
                                                                 {
                                                                     block = PyObject_Malloc(asked);
                                                                     refused = PyObject_Realloc(block, PY_SSIZE_T_MAX);
                                                                 });
                EXPECT_EQ(refused, nullptr);
                EXPECT_EQ(core::ledger::still_in_use(cell).bytes, static_cast<std::int64_t>(asked));
                EXPECT_EQ(core::ledger::still_in_use(cell).blocks, 1);
                EXPECT_EQ(figures.peak_bytes, static_cast<std::int64_t>(asked));
                PyObject_Free(block);
                EXPECT_EQ(core::ledger::still_in_use(cell).slack, 0);
            }
        }

        // Enough small blocks for a hundred new arenas: pymalloc's array of arenas, 16 at first, doubles several times.
        void expect_pymallocs_own_books_are_nobodys(const std::function<void*()>& make)
        {
            std::vector<void*> blocks(200'000);
            const auto arenas = core::zone::counts(core::zone::Use::arena).mapped;
            const core::SpanFigures figures = core::run_cell(
                [&]
                {
                    for (void*& block : blocks)
                    {
                        block = make();
                    }
                });
            EXPECT_GT(core::zone::counts(core::zone::Use::arena).mapped - arenas, 64);
            EXPECT_EQ(large_of(figures).made.blocks, 0);
            EXPECT_EQ(small_of(figures).kept().blocks, 200'000);
            for (void* block : blocks)
            {
                PyObject_Free(block);
            }
        }

        TEST(AllocatorHooks, LeavePymallocsOwnBooksOutOfACellThatMakesBlocks)
        {
            expect_pymallocs_own_books_are_nobodys([] { return PyObject_Malloc(512); });
        }

        TEST(AllocatorHooks, LeavePymallocsOwnBooksOutOfACellThatMakesZeroedBlocks)
        {
            expect_pymallocs_own_books_are_nobodys([] { return PyObject_Calloc(8, 64); });
        }

        TEST(AllocatorHooks, LeavePymallocsOwnBooksOutOfACellThatResizesBlocks)
        {
            expect_pymallocs_own_books_are_nobodys([] { return PyObject_Realloc(PyObject_Malloc(16), 512); });
        }

        TEST(AllocatorHooks, SeeEveryBlockUnderTracemalloc)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import tracemalloc\ntracemalloc.start()"), "");
            EXPECT_EQ(why_hooks_are_blind(), std::nullopt) << "it calls our hooks in turn";
            ASSERT_EQ(notebook.run_as_tutor("tracemalloc.stop()"), "");
            EXPECT_EQ(why_hooks_are_blind(), std::nullopt);
        }

        TEST(AllocatorHooks, CountSmallBlocksAlikeUnderTracemalloc)
        {
            Notebook notebook;
            const std::string code = "x = [object() for _ in range(1000)]\n";
            notebook.run(code + "del x\n"); // fills the free lists
            const core::SpanFigures plain = notebook.run(code);
            ASSERT_EQ(notebook.run_as_tutor("del x\nimport tracemalloc\ntracemalloc.start()"), "");
            const core::SpanFigures traced = notebook.run(code);
            EXPECT_EQ(difference_of_books(), "");
            ASSERT_EQ(notebook.run_as_tutor("tracemalloc.stop()\ndel x"), "");
            EXPECT_EQ(small_of(traced).made.bytes, small_of(plain).made.bytes);
            EXPECT_EQ(small_of(traced).made.blocks, small_of(plain).made.blocks);
            EXPECT_EQ(small_of(traced).kept().bytes, small_of(plain).kept().bytes);
            EXPECT_GE(small_of(plain).kept().blocks, 1000);
            EXPECT_EQ(difference_of_books(), "") << "also for blocks from under it";
        }
    }
}
