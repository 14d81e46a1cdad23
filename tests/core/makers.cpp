// Tests of kernel/core/makers.cpp: numbers are few and cells are many.
#include "core/makers.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <vector>

#include "core/malloc_block.hpp"
#include "run_cell.hpp"
#include "small_blocks.hpp"

namespace xmemory::core
{
    namespace
    {
        using ByCell = std::map<int, std::int64_t>;

        TEST(Makers, OfCellsThatKeepNothingAreUsedAgain)
        {
            for (int round = 0; round < 20'000; ++round)
            {
                const SpanFigures figures = run_cell([&] { free(malloc(100)); });
                ASSERT_EQ(native_of(figures).made.bytes, 100) << round;
                ASSERT_EQ(native_of(figures).freed_own.bytes, 100) << round;
                ASSERT_EQ(figures.peak_bytes, 100) << round;
            }
            EXPECT_LT(makers::taken(makers::Kind::learner).size(), 200u);
        }

        TEST(Makers, AreNeverSharedByTwoCellsOfWhichSomethingIsInUse)
        {
            std::vector<void*> blocks;
            for (int round = 0; round < 500; ++round)
            {
                run_cell(
                    [&]
                    {
                        void* block = malloc(10);
                        const TutorScope scope;
                        blocks.push_back(block);
                    });
            }
            const auto taken = makers::taken(makers::Kind::learner);
            EXPECT_EQ(std::set<MakerId>(taken.begin(), taken.end()).size(), taken.size());
            std::set<int> cells;
            for (const auto& [maker, amounts] : ledger::in_use_by_maker())
            {
                if (is_learner(maker) && maker != earlier_cells)
                {
                    EXPECT_TRUE(cells.insert(makers::cell_of(maker)).second);
                }
            }
            EXPECT_GE(cells.size(), 500u);
            for (void* block : blocks)
            {
                free(block);
            }
        }

        // Of python_large: glibc keeps native memory for threads of any cell, as long as it likes.
        Amount large_in_use_of_learners()
        {
            Amount in_use;
            for (const MakerId maker : makers::taken(makers::Kind::learner))
            {
                in_use += makers::sums(maker).in_use(static_cast<int>(Origin::python_large));
            }
            return in_use;
        }

        Amount large_in_use_of_earlier_cells()
        {
            return makers::sums(earlier_cells).in_use(static_cast<int>(Origin::python_large));
        }

        TEST(Makers, OldestCellsGoToTheEarlierOnesAndTheSumsStayExact)
        {
            // Given more cells that each keep a block than there are numbers
            constexpr int rounds = 10'000;
            const int first = next_cell();
            std::vector<void*> blocks;
            blocks.reserve(rounds);
            for (int round = 0; round < rounds; ++round)
            {
                const SpanFigures figures =
                    run_cell([&] { blocks.push_back(malloc_block::make(1000, Origin::python_large)); });
                ASSERT_EQ(large_of(figures).kept().bytes, 1000) << round;
            }
            // Then none is lost: the youngest have their own number, all others, some at once, are cells too long ago
            EXPECT_EQ(large_in_use_of_learners().bytes, 1000 * rounds);
            const auto own_number = static_cast<int>(makers::taken(makers::Kind::learner).size()) - 1;
            EXPECT_GT(own_number, last_learner - static_cast<int>(makers::evicted_at_once));
            EXPECT_EQ(large_in_use_of_earlier_cells().bytes, 1000 * (rounds - own_number));
            EXPECT_EQ(ledger::still_in_use(first + rounds).bytes, 1000);
            EXPECT_EQ(ledger::still_in_use(first + 1).bytes, 0);
            // and what is freed of them is booked where it now belongs
            const SpanFigures freed = run_cell(
                [&]
                {
                    malloc_block::release(blocks.front());
                    malloc_block::release(blocks[1]);
                    malloc_block::release(blocks.back());
                });
            EXPECT_EQ(freed.freed_earlier_by_cell, (ByCell{{0, 2000}, {first + rounds, 1000}}));
            for (int round = 2; round < rounds - 1; ++round)
            {
                malloc_block::release(blocks[static_cast<std::size_t>(round)]);
            }
            EXPECT_EQ(large_in_use_of_learners().blocks, 0);
            EXPECT_EQ(large_in_use_of_earlier_cells().bytes, 0);
            EXPECT_EQ(large_in_use_of_earlier_cells().slack, 0);
        }

        TEST(Makers, SmallBlocksOfTheOldestCellsGoWithThem)
        {
            SmallBlocks small;
            // Given a small block of each of more cells than there are numbers, with near and far slack
            constexpr int rounds = 4000;
            for (int round = 0; round < rounds; ++round)
            {
                run_cell([&] { small.make(round, round % 2 == 0 ? 128 : 100); });
            }
            const SpanFigures figures = run_cell(
                [&]
                {
                    small.release(0);
                    small.release(1);
                });
            EXPECT_EQ(figures.freed_earlier_by_cell, (ByCell{{0, 228}}));
            for (int round = 2; round < rounds; ++round)
            {
                small.release(round);
            }
            const Amount earlier = makers::sums(earlier_cells).in_use(static_cast<int>(Origin::python_small));
            EXPECT_EQ(earlier.bytes, 0);
            EXPECT_EQ(earlier.blocks, 0);
            EXPECT_EQ(earlier.slack, 0);
            EXPECT_EQ(ledger::in_use(Origin::python_small).blocks, 0);
        }

        TEST(Makers, SourcesOfTheOldestCellsAreForgottenAlike)
        {
            std::vector<void*> blocks;
            ledger::adopt_this_thread();
            const Amount before = ledger::source_in_use(0);
            constexpr int rounds = 1000; // more than the numbers for sources
            int cell = 0;
            for (int round = 0; round < rounds; ++round)
            {
                cell = next_cell();
                ledger::begin_cell(cell);
                void* block = nullptr;
                {
                    const SourceScope scope;
                    block = malloc(40);
                }
                ledger::end_cell();
                blocks.push_back(block);
                ASSERT_EQ(ledger::source_in_use(cell).bytes, 40);
            }
            EXPECT_GT(ledger::source_in_use(0).bytes, before.bytes);
            for (void* block : blocks)
            {
                free(block);
            }
            EXPECT_EQ(ledger::source_in_use(0).bytes, before.bytes);
            EXPECT_EQ(ledger::source_in_use(0).blocks, before.blocks);
            EXPECT_EQ(ledger::source_in_use(cell).blocks, 0);
        }

        TEST(Makers, UsedAgainWithinACellDoNotCountAsEarlierCells)
        {
            // Given a cell that frees what many earlier ones kept, so that their numbers are free again
            std::vector<void*> blocks(200);
            for (void*& block : blocks)
            {
                run_cell([&] { block = malloc(10); });
            }
            SpanFigures inner;
            const SpanFigures outer = run_cell(
                [&]
                {
                    for (void* block : blocks)
                    {
                        free(block);
                    }
                    // When its measurements need numbers
                    for (int round = 0; round < 300; ++round)
                    {
                        inner = run_measured([] { free(malloc(1000)); });
                    }
                });
            // Then what those made and freed is the cell's own
            EXPECT_EQ(native_of(inner).made.bytes, 1000);
            EXPECT_EQ(native_of(outer).freed_earlier.bytes, 2000);
            EXPECT_EQ(native_of(outer).freed_own.bytes, 300'000);
        }

        TEST(Makers, SufficeForAnyNumberOfMeasurementsInACell)
        {
            const SpanFigures outer = run_cell(
                [&]
                {
                    for (int round = 0; round < 5000; ++round)
                    {
                        const SpanFigures inner = run_measured([] { free(malloc(1000)); });
                        const TutorScope scope;
                        ASSERT_EQ(native_of(inner).made.bytes, 1000) << round;
                        ASSERT_EQ(native_of(inner).freed_own.bytes, 1000) << round;
                    }
                });
            EXPECT_EQ(native_of(outer).made.bytes, 5'000'000);
            EXPECT_EQ(native_of(outer).freed_own.bytes, 5'000'000);
            EXPECT_EQ(outer.peak_bytes, 1000);
        }

        TEST(Makers, ThatRanOutWithinACellMakeItsFiguresUnknown)
        {
            std::vector<void*> kept;
            bool inner_is_unknown = false;
            const SpanFigures outer = run_cell(
                [&]
                {
                    for (int round = 0; round < 3200; ++round)
                    {
                        inner_is_unknown = run_measured([&] { kept.push_back(malloc(1000)); }).numbers_ran_out;
                    }
                });
            EXPECT_TRUE(inner_is_unknown);
            EXPECT_TRUE(outer.numbers_ran_out);
            const SpanFigures next = run_cell(
                [&]
                {
                    for (void* block : kept)
                    {
                        free(block);
                    }
                });
            EXPECT_FALSE(next.numbers_ran_out);
            EXPECT_EQ(native_of(next).freed_earlier.bytes, 3'200'000);
        }
    }
}
