// Tests of kernel/core/ledger.cpp: cells and measurements. See ledger_random.cpp too.
#include "core/ledger.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "core/malloc_block.hpp"
#include "run_cell.hpp"

namespace xmemory::core
{
    namespace
    {
        using ByCell = std::map<int, std::int64_t>;

        TEST(Ledger, AnEmptyCellDidNothing)
        {
            const SpanFigures figures = run_cell([] {});
            for (const OriginSpan& origin : figures.origins)
            {
                EXPECT_EQ(origin.made.blocks, 0);
                EXPECT_EQ(origin.freed_own.blocks, 0);
                EXPECT_EQ(origin.freed_earlier.blocks, 0);
                EXPECT_EQ(origin.peak_bytes, 0);
            }
            EXPECT_EQ(figures.peak_bytes, 0);
            EXPECT_TRUE(figures.freed_earlier_by_cell.empty());
            EXPECT_FALSE(figures.threads_raced);
        }

        TEST(Ledger, TellsWhatWasKeptFromWhatWasFreedAndWhoseItWas)
        {
            const int first = next_cell(), second = next_cell(), third = next_cell();
            void *one = nullptr, *two = nullptr, *kept = nullptr;
            run_cell(first, [&] { one = malloc(1000); });
            run_cell(second, [&] { two = malloc(200); });
            // When a cell keeps 50, makes and frees 7, and frees both of the earlier ones
            const SpanFigures figures = run_cell(third,
                                                 [&]
                                                 {
                                                     kept = malloc(50);
                                                     free(malloc(7));
                                                     free(one);
                                                     free(two);
                                                 });
            EXPECT_EQ(native_of(figures).made.bytes, 57);
            EXPECT_EQ(native_of(figures).made.blocks, 2);
            EXPECT_EQ(native_of(figures).freed_own.bytes, 7);
            EXPECT_EQ(native_of(figures).kept().bytes, 50);
            EXPECT_EQ(native_of(figures).freed_earlier.bytes, 1200);
            EXPECT_EQ(native_of(figures).freed_earlier.blocks, 2);
            EXPECT_EQ(figures.freed_earlier_by_cell, (ByCell{{first, 1000}, {second, 200}}));
            EXPECT_EQ(figures.peak_bytes, 57);
            free(kept);
        }

        TEST(Ledger, PeakIsAboveTheStartOfTheCell)
        {
            void* earlier = nullptr;
            run_cell([&] { earlier = malloc(10'000); });
            void* kept = nullptr;
            // Given that 10,000 are freed first, 9,000 more stay below the level at the start
            const SpanFigures below = run_cell(
                [&]
                {
                    free(earlier);
                    kept = malloc(9000);
                });
            EXPECT_EQ(below.peak_bytes, 0);
            EXPECT_EQ(native_of(below).kept().bytes, 9000);
            // but made first they are a peak
            const SpanFigures above = run_cell(
                [&]
                {
                    void* next = malloc(8000);
                    free(kept);
                    kept = next;
                });
            EXPECT_EQ(above.peak_bytes, 8000);
            free(kept);
        }

        TEST(Ledger, EachOriginHasItsOwnPeakAndTheCellThatOfTheirSum)
        {
            const SpanFigures figures = run_cell(
                []
                {
                    malloc_block::release(malloc_block::make(1000, Origin::python_large));
                    free(malloc(600));
                    void* large = malloc_block::make(300, Origin::python_large);
                    free(malloc(550));
                    malloc_block::release(large);
                });
            EXPECT_EQ(large_of(figures).peak_bytes, 1000);
            EXPECT_EQ(native_of(figures).peak_bytes, 600);
            EXPECT_EQ(figures.origins[static_cast<int>(Origin::python_small)].peak_bytes, 0);
            EXPECT_EQ(figures.peak_bytes, 1000) << "not 1,600: they were not in use together";
        }

        TEST(Ledger, RunsOneCellAtATime)
        {
            ledger::adopt_this_thread();
            EXPECT_FALSE(ledger::cell_is_running());
            const int cell = next_cell();
            int running = 0;
            run_cell(cell, [&] { running = ledger::cell_is_running() ? ledger::running_cell() : 0; });
            EXPECT_EQ(running, cell);
            EXPECT_EQ(ledger::running_cell(), 0);
        }

        TEST(Ledger, KnowsWhatIsStillInUseOfEachCell)
        {
            const int first = next_cell(), second = next_cell();
            void *one = nullptr, *two = nullptr;
            run_cell(first, [&] { one = malloc(111); });
            run_cell(second, [&] { two = malloc(222); });
            auto in_use = ledger::in_use_by_cell();
            EXPECT_EQ(in_use[first].bytes, 111);
            EXPECT_EQ(in_use[second].bytes, 222);
            free(one); // by the tutor
            in_use = ledger::in_use_by_cell();
            EXPECT_EQ(in_use.count(first), 0u);
            EXPECT_EQ(in_use[second].blocks, 1);
            free(two);
        }

        TEST(Ledger, TheSumsByMakerAreAllThatIsInUse)
        {
            void* block = nullptr;
            const Amount before = ledger::in_use(Origin::python_large);
            run_cell([&] { block = malloc_block::make(333, Origin::python_large); });
            void* ours = malloc_block::make(44, Origin::python_large);
            EXPECT_EQ(ledger::in_use(Origin::python_large).bytes - before.bytes, 377);
            EXPECT_EQ(ledger::in_use(Origin::python_large).blocks - before.blocks, 2);
            malloc_block::release(block);
            malloc_block::release(ours);
            EXPECT_EQ(ledger::in_use(Origin::python_large).bytes, before.bytes);
            EXPECT_EQ(ledger::in_use(Origin::python_large).slack, before.slack);
        }

        TEST(Ledger, AMeasurementCountsItsOwnPartOfTheCell)
        {
            const int cell = next_cell();
            SpanFigures inner;
            void *before = nullptr, *within = nullptr;
            const SpanFigures outer = run_cell(cell,
                                               [&]
                                               {
                                                   before = malloc(1000);
                                                   inner = run_measured(
                                                       [&]
                                                       {
                                                           within = malloc(70);
                                                           free(malloc(400));
                                                           free(before);
                                                       });
                                                   free(malloc(5));
                                               });
            EXPECT_EQ(native_of(inner).made.bytes, 470);
            EXPECT_EQ(native_of(inner).kept().bytes, 70);
            EXPECT_EQ(native_of(inner).freed_earlier.bytes, 1000);
            EXPECT_EQ(inner.freed_earlier_by_cell, (ByCell{{cell, 1000}}));
            EXPECT_EQ(inner.peak_bytes, 470);
            // and for the cell around it nothing is different
            EXPECT_EQ(native_of(outer).made.bytes, 1475);
            EXPECT_EQ(native_of(outer).kept().bytes, 70);
            EXPECT_EQ(native_of(outer).freed_earlier.blocks, 0);
            EXPECT_EQ(outer.peak_bytes, 1470);
            EXPECT_EQ(ledger::still_in_use(cell).bytes, 70);
            free(within);
        }

        TEST(Ledger, AMeasurementCanBeReadBeforeItEnds)
        {
            SpanFigures early, late;
            run_cell(
                [&]
                {
                    const auto as_tutor = [](auto&& work)
                    {
                        const TutorScope scope;
                        return work();
                    };
                    const int token = as_tutor([] { return ledger::begin_measurement(); });
                    void* block = malloc(100);
                    as_tutor([&] { early = ledger::read_measurement(token); });
                    free(block);
                    as_tutor([&] { late = ledger::end_measurement(token); });
                });
            EXPECT_EQ(native_of(early).kept().bytes, 100);
            EXPECT_EQ(native_of(late).kept().bytes, 0);
            EXPECT_EQ(late.peak_bytes, 100);
        }

        TEST(Ledger, MeasurementsLeftOpenEndWithTheOneAround)
        {
            ledger::adopt_this_thread();
            ledger::begin_cell(next_cell());
            const int outer = ledger::begin_measurement();
            const int inner = ledger::begin_measurement();
            EXPECT_TRUE(ledger::measurement_is_open(inner));
            {
                const LearnerScope scope;
                free(malloc(100));
            }
            const SpanFigures figures = ledger::end_measurement(outer);
            EXPECT_EQ(native_of(figures).made.bytes, 100);
            EXPECT_FALSE(ledger::measurement_is_open(inner));
            EXPECT_FALSE(ledger::measurement_is_open(outer));
            // and with the cell, if that ends first
            const int left = ledger::begin_measurement();
            {
                const LearnerScope scope;
                free(malloc(11));
            }
            EXPECT_EQ(native_of(ledger::end_cell()).made.bytes, 111);
            EXPECT_FALSE(ledger::measurement_is_open(left));
        }

        TEST(Ledger, AMeasurementsBlocksAreItsCellsForLaterOnes)
        {
            const int cell = next_cell();
            void* block = nullptr;
            run_cell(cell, [&] { run_measured([&] { block = malloc(640); }); });
            const SpanFigures figures = run_cell([&] { free(block); });
            EXPECT_EQ(figures.freed_earlier_by_cell, (ByCell{{cell, 640}}));
        }

        TEST(Ledger, TheSameNumberMayRunTwice)
        {
            const int cell = next_cell();
            void *one = nullptr, *two = nullptr;
            run_cell(cell, [&] { one = malloc(10); });
            const SpanFigures figures = run_cell(cell, [&] { two = malloc(20); });
            EXPECT_EQ(native_of(figures).kept().bytes, 20) << "a silent request has the number of the one before";
            EXPECT_EQ(ledger::still_in_use(cell).bytes, 30);
            free(one);
            free(two);
        }
    }
}
