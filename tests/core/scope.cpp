// Tests of kernel/core/scope.hpp: whose work it is.
#include "core/scope.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "run_cell.hpp"

namespace xmemory::core
{
    namespace
    {
        TEST(Scope, TutorsWorkInACellIsNotTheCells)
        {
            const int cell = next_cell();
            void* ours = nullptr;
            const SpanFigures figures = run_cell(cell,
                                                 [&]
                                                 {
                                                     const TutorScope scope;
                                                     ours = malloc(5000);
                                                     free(malloc(70'000));
                                                 });
            EXPECT_EQ(native_of(figures).made.blocks, 0);
            EXPECT_EQ(native_of(figures).freed_own.blocks, 0);
            EXPECT_EQ(figures.peak_bytes, 0);
            EXPECT_EQ(ledger::still_in_use(cell).blocks, 0);
            // and when the learner's code frees it, that is nobody's gain
            const SpanFigures later = run_cell([&] { free(ours); });
            EXPECT_EQ(native_of(later).freed_earlier.blocks, 0);
            EXPECT_TRUE(later.freed_earlier_by_cell.empty());
        }

        TEST(Scope, WhatTheTutorFreesOfACellIsFreedOwn)
        {
            const SpanFigures figures = run_cell(
                [&]
                {
                    void* block = malloc(5000);
                    {
                        const TutorScope scope;
                        free(block);
                    }
                    free(malloc(3000));
                });
            EXPECT_EQ(native_of(figures).freed_own.bytes, 8000);
            EXPECT_EQ(native_of(figures).kept().bytes, 0);
            EXPECT_EQ(figures.peak_bytes, 5000) << "the level went down before the second block";
        }

        TEST(Scope, WhatTheTutorFreesOfEarlierCellsIsNotThisCellsWork)
        {
            const int first = next_cell();
            void* block = nullptr;
            run_cell(first, [&] { block = malloc(5000); });
            const SpanFigures figures = run_cell(
                [&]
                {
                    const TutorScope scope;
                    free(block);
                });
            EXPECT_EQ(native_of(figures).freed_earlier.blocks, 0);
            EXPECT_EQ(figures.peak_bytes, 0);
            EXPECT_EQ(ledger::still_in_use(first).blocks, 0);
        }

        TEST(Scope, ScopesNestAndEachRestoresWhatItFound)
        {
            const SpanFigures figures = run_cell(
                [&]
                {
                    free(malloc(1));
                    {
                        const TutorScope tutor_scope;
                        free(malloc(10));
                        {
                            const LearnerScope learner_scope;
                            free(malloc(100));
                            {
                                const TutorScope again;
                                free(malloc(1000));
                            }
                            free(malloc(10'000));
                        }
                        free(malloc(100'000));
                    }
                    free(malloc(1'000'000));
                });
            EXPECT_EQ(native_of(figures).made.bytes, 1'010'101);
        }

        TEST(Scope, LearnerScopeWithoutACellChangesNothing)
        {
            const int cell = next_cell();
            run_cell(cell, [] {});
            {
                const LearnerScope scope;
                EXPECT_EQ(here().maker, tutor);
                EXPECT_EQ(here().role, Role::tutor);
            }
            EXPECT_EQ(ledger::still_in_use(cell).blocks, 0);
        }

        TEST(Scope, CompilingForACellIsALineOfItsOwn)
        {
            const int cell = next_cell();
            void* code = nullptr;
            ledger::adopt_this_thread();
            ledger::begin_cell(cell);
            {
                const SourceScope scope;
                code = malloc(400);
                free(malloc(10'000));
            }
            const SpanFigures figures = ledger::end_cell();
            EXPECT_EQ(native_of(figures).made.blocks, 0);
            EXPECT_EQ(figures.peak_bytes, 0);
            EXPECT_EQ(ledger::still_in_use(cell).blocks, 0);
            EXPECT_EQ(ledger::source_in_use(cell).bytes, 400);
            EXPECT_EQ(ledger::source_in_use(cell).blocks, 1);
            free(code);
            EXPECT_EQ(ledger::source_in_use(cell).blocks, 0);
        }

        TEST(Scope, WhatTheLearnersOwnCodeCompilesIsTheLearners)
        {
            const int cell = next_cell();
            const SpanFigures figures = run_cell(cell,
                                                 []
                                                 {
                                                     {
                                                         const SourceScope scope;
                                                         free(malloc(400));
                                                     }
                                                     const SourceScope scope(SourceScope::Caller::machinery);
                                                     free(malloc(30));
                                                 });
            EXPECT_EQ(native_of(figures).made.bytes, 400);
            EXPECT_EQ(ledger::source_in_use(cell).blocks, 0);
        }

        TEST(Scope, OnALearnersThreadTheTutorsWorkIsNotTheCells)
        {
            const SpanFigures figures = run_cell(
                []
                {
                    std::thread(
                        []
                        {
                            const TutorScope scope;
                            free(malloc(5'000'000));
                            const LearnerScope
                                back; // on a thread it changes nothing: the thread was the tutor's a line before
                            free(malloc(7'000'000));
                        })
                        .join();
                });
            EXPECT_LT(native_of(figures).made.bytes, 5'000'000);
        }
    }
}
