// Tests of kernel/core/tally.cpp: the books of threads.
#include "core/tally.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#include "core/malloc_block.hpp"
#include "run_cell.hpp"

namespace xmemory::core
{
    namespace
    {
        // python_large, since glibc takes native memory of its own for a thread.
        void* make(std::size_t bytes) { return malloc_block::make(bytes, Origin::python_large); }
        void release(void* block) { malloc_block::release(block); }

        class Turn // of one thread after the other
        {
        public:
            void pass() { now_.fetch_add(1); }
            void wait_for(int turn) const
            {
                while (now_.load() < turn)
                    std::this_thread::yield();
            }

        private:
            std::atomic<int> now_{0};
        };

        int count_records()
        {
            int count = 0;
            for (const ThreadRecord* record = first_thread_record(); record; record = record->next)
                ++count;
            return count;
        }

        TEST(Tally, AThreadCarriesTheCellThatStartedIt)
        {
            const int cell = next_cell();
            void* block = nullptr;
            const SpanFigures figures = run_cell(cell, [&] { std::thread([&] { block = make(5000); }).join(); });
            EXPECT_EQ(large_of(figures).kept().bytes, 5000);
            EXPECT_EQ(figures.origins[static_cast<int>(Origin::python_large)].peak_bytes, 5000);
            EXPECT_TRUE(figures.threads_raced);
            EXPECT_EQ(ledger::still_in_use(cell).bytes - native_of(figures).kept().bytes, 5000);
            release(block);
        }

        TEST(Tally, AThreadCarriesItsCellAlsoAfterTheCellEnded)
        {
            const int first = next_cell(), second = next_cell();
            Turn turn;
            std::thread thread;
            std::array<void*, 2> blocks{};
            const SpanFigures began = run_cell(first,
                                               [&]
                                               {
                                                   thread = std::thread(
                                                       [&]
                                                       {
                                                           turn.wait_for(1);
                                                           blocks[0] = make(1000);
                                                           turn.pass();
                                                           turn.wait_for(3);
                                                           blocks[1] = make(200);
                                                           release(make(1'000'000));
                                                       });
                                               });
            EXPECT_EQ(large_of(began).made.blocks, 0);
            const std::int64_t threads_own = ledger::still_in_use(first).bytes;
            // When it works while no cell runs
            turn.pass();
            turn.wait_for(2);
            EXPECT_EQ(ledger::still_in_use(first).bytes - threads_own, 1000);
            // and in the middle of the next cell
            void* third = nullptr;
            const SpanFigures figures = run_cell(second,
                                                 [&]
                                                 {
                                                     turn.pass();
                                                     thread.join();
                                                     third = make(7);
                                                 });
            // Then that is the first one's, and does not touch the second's
            EXPECT_EQ(large_of(figures).made.bytes, 7);
            EXPECT_EQ(large_of(figures).peak_bytes, 7);
            EXPECT_FALSE(figures.threads_raced);
            EXPECT_EQ(ledger::in_use_by_maker().count(earlier_cells), 0u);
            const SpanFigures freed = run_cell(
                [&]
                {
                    release(blocks[0]);
                    release(blocks[1]);
                });
            EXPECT_EQ(freed.freed_earlier_by_cell, (std::map<int, std::int64_t>{{first, 1200}}));
            release(third);
        }

        TEST(Tally, AThreadInTheMiddleOfTheTutorsWorkStillCarriesItsCell)
        {
            const int first = next_cell();
            Turn turn;
            std::thread thread;
            void* block = nullptr;
            run_cell(first,
                     [&]
                     {
                         thread = std::thread(
                             [&]
                             {
                                 {
                                     const TutorScope scope;
                                     turn.pass();
                                     turn.wait_for(2);
                                 }
                                 block = make(1000);
                             });
                     });
            turn.wait_for(1);
            // Given that numbers of cells without anything in use pass to others
            for (int round = 0; round < 200; ++round)
                run_cell([] {});
            turn.pass();
            thread.join();
            const SpanFigures freed = run_cell([&] { release(block); });
            EXPECT_EQ(freed.freed_earlier_by_cell, (std::map<int, std::int64_t>{{first, 1000}}));
        }

        TEST(Tally, AThreadOfAnEarlierCellLowersTheLevelOfTheBlocksItFrees)
        {
            Turn turn;
            void* given = nullptr;
            std::thread thread;
            run_cell(
                [&]
                {
                    thread = std::thread(
                        [&]
                        {
                            turn.wait_for(1);
                            release(given);
                        });
                });
            // When it frees a block of the cell that runs, before that one makes another
            const SpanFigures figures = run_cell(
                [&]
                {
                    given = make(1000);
                    turn.pass();
                    thread.join();
                    release(make(900));
                });
            // Then the two were not in use together
            EXPECT_EQ(large_of(figures).freed_own.bytes, 1900);
            EXPECT_EQ(large_of(figures).freed_earlier.blocks, 0);
            EXPECT_EQ(large_of(figures).peak_bytes, 1000);
        }

        TEST(Tally, AThreadThatAThreadStartsCarriesTheCellToo)
        {
            const int cell = next_cell();
            void* block = nullptr;
            const SpanFigures figures =
                run_cell(cell, [&] { std::thread([&] { std::thread([&] { block = make(640); }).join(); }).join(); });
            EXPECT_EQ(large_of(figures).kept().bytes, 640);
            release(block);
        }

        TEST(Tally, AThreadOfTheTutorsIsNoneOfTheCells)
        {
            void* block = nullptr;
            Turn turn;
            std::thread thread(
                [&]
                {
                    turn.wait_for(1);
                    block = make(640);
                    turn.pass();
                });
            const SpanFigures figures = run_cell(
                [&]
                {
                    turn.pass();
                    turn.wait_for(2);
                });
            thread.join();
            EXPECT_EQ(large_of(figures).made.blocks, 0);
            EXPECT_EQ(figures.peak_bytes, 0);
            EXPECT_FALSE(figures.threads_raced);
            release(block);
        }

        TEST(Tally, OnlyOtherThreadsAtWorkMakeAPeakAtLeast)
        {
            EXPECT_FALSE(run_cell([] { release(make(10)); }).threads_raced);
            EXPECT_TRUE(run_cell([] { std::thread([] { release(make(10)); }).join(); }).threads_raced);
            EXPECT_FALSE(run_cell([] { release(make(10)); }).threads_raced) << "the next cell is alone again";
        }

        TEST(Tally, ALearnersThreadIsAnnouncedBeforeItsOwnCode)
        {
            static std::atomic<int> announced{0};
            announced.store(0);
            on_learners_thread = [] { announced.fetch_add(1); };
            int seen = 0;
            run_cell([&] { std::thread([&] { seen = announced.load(); }).join(); });
            std::thread([] {}).join();
            on_learners_thread = nullptr;
            EXPECT_EQ(seen, 1);
            EXPECT_EQ(announced.load(), 1) << "the tutor's is not";
        }

        TEST(Tally, RecordsOfEndedThreadsServeOthersAndNothingIsLost)
        {
            run_cell([] { std::thread([] {}).join(); });
            const int records = count_records();
            std::int64_t in_use = 0;
            std::vector<void*> blocks(500);
            const int first = next_cell();
            for (void*& block : blocks)
                run_cell(first, [&] { std::thread([&] { block = make(10); }).join(); });
            for (const auto& [maker, amounts] : ledger::in_use_by_maker())
                in_use += is_learner(maker) ? amounts[static_cast<int>(Origin::python_large)].bytes : 0;
            EXPECT_EQ(in_use, 5000);
            EXPECT_LE(count_records(), records + 3);
            for (void* block : blocks)
                release(block);
        }

        // Eight threads make, resize and free blocks that lie in common places, most of them made by another thread.
        struct Exchange
        {
            static constexpr int threads = 8;
            std::array<std::atomic<void*>, 64> places{};
            std::array<std::int64_t, threads> made_bytes{};
            std::array<std::int64_t, threads> made_blocks{};

            void work(int thread, int rounds)
            {
                std::minstd_rand random(static_cast<unsigned>(thread) + 1);
                std::int64_t bytes = 0, blocks = 0;
                for (int round = 0; round < rounds; ++round)
                {
                    const std::size_t size = random() % 2000;
                    void* block = make(size);
                    bytes += static_cast<std::int64_t>(size);
                    ++blocks;
                    if (random() % 4 == 0)
                    {
                        block = malloc_block::resize(block, size + 100, Origin::python_large);
                        bytes += static_cast<std::int64_t>(size) + 100;
                        ++blocks;
                    }
                    release(places[random() % places.size()].exchange(block));
                }
                made_bytes[static_cast<std::size_t>(thread)] = bytes;
                made_blocks[static_cast<std::size_t>(thread)] = blocks;
            }

            void clear()
            {
                for (auto& place : places)
                    release(place.exchange(nullptr));
            }
        };

        TEST(Tally, EightThreadsThatFreeEachOthersBlocksLoseNothing)
        {
            const int cell = next_cell();
            Exchange exchange;
            const SpanFigures figures =
                run_cell(cell,
                         [&]
                         {
                             std::vector<std::thread> threads;
                             for (int thread = 0; thread < Exchange::threads; ++thread)
                                 threads.emplace_back([&exchange, thread] { exchange.work(thread, 30'000); });
                             for (std::thread& thread : threads)
                                 thread.join();
                             exchange.clear();
                         });
            std::int64_t bytes = 0, blocks = 0;
            for (int thread = 0; thread < Exchange::threads; ++thread)
            {
                bytes += exchange.made_bytes[static_cast<std::size_t>(thread)];
                blocks += exchange.made_blocks[static_cast<std::size_t>(thread)];
            }
            EXPECT_EQ(large_of(figures).made.bytes, bytes);
            EXPECT_EQ(large_of(figures).made.blocks, blocks);
            EXPECT_EQ(large_of(figures).kept().bytes, 0);
            EXPECT_EQ(large_of(figures).kept().blocks, 0);
            EXPECT_EQ(large_of(figures).kept().slack, 0);
            EXPECT_EQ(others_levels.origin[static_cast<int>(Origin::python_large)].read() +
                          own_levels.origin[static_cast<int>(Origin::python_large)],
                      0)
                << "the levels meet too";
            EXPECT_TRUE(figures.threads_raced);
            EXPECT_GE(large_of(figures).peak_bytes, 2100 - 100);
        }

        // As CPython's hooks count a small block of the active maker; no block is there.
        void count_small(int made, int freed, std::size_t bytes)
        {
            for (int number = 0; number < made; ++number)
                count_small_made(here(), bytes);
            for (int number = 0; number < freed; ++number)
                count_small_freed(here(), bytes);
        }

        const OriginSpan& small_of(const SpanFigures& figures) { return figures.origins[static_cast<int>(Origin::python_small)]; }

        TEST(SmallCounts, TellBlocksBytesAndSlackOfEachSize)
        {
            const SpanFigures figures = run_cell(
                []
                {
                    for (std::size_t bytes = 1; bytes <= SmallCounts::largest; ++bytes)
                        count_small(3, 2, bytes);
                });
            std::int64_t bytes = 0, slack = 0;
            for (std::int64_t size = 1; size <= 512; ++size)
            {
                bytes += size;
                slack += (size + 15) / 16 * 16 - size;
            }
            const OriginSpan& small = small_of(figures);
            EXPECT_EQ(small.made.bytes, 3 * bytes);
            EXPECT_EQ(small.made.blocks, 3 * 512);
            EXPECT_EQ(small.made.slack, 3 * slack);
            EXPECT_EQ(small.kept().bytes, bytes);
            EXPECT_EQ(small.kept().blocks, 512);
            EXPECT_EQ(small.kept().slack, slack);
            EXPECT_EQ(figures.peak_bytes, bytes + 2 * 512);
            EXPECT_FALSE(figures.threads_raced);
            run_cell([] { count_small(0, 1, 512); }); // what the first cell kept is not there, and no test misses it
        }

        TEST(SmallCounts, BelongToTheMeasurementThatRuns)
        {
            SpanFigures inner;
            const SpanFigures outer = run_cell(
                [&]
                {
                    count_small(2, 0, 100);
                    inner = run_measured([] { count_small(5, 1, 40); });
                    count_small(0, 1, 100);
                });
            EXPECT_EQ(small_of(inner).made.bytes, 200);
            EXPECT_EQ(small_of(inner).kept().blocks, 4);
            EXPECT_EQ(inner.peak_bytes, 200);
            EXPECT_EQ(small_of(outer).made.bytes, 400);
            EXPECT_EQ(small_of(outer).made.blocks, 7);
            EXPECT_EQ(small_of(outer).kept().bytes, 260);
            EXPECT_EQ(outer.peak_bytes, 400);
        }

        TEST(SmallCounts, OfAThreadAreItsCellsAndMakeThePeakALowerBound)
        {
            const int cell = next_cell();
            const SpanFigures figures = run_cell(cell, [] { std::thread([] { count_small(4, 1, 64); }).join(); });
            EXPECT_EQ(small_of(figures).made.bytes, 256);
            EXPECT_EQ(small_of(figures).kept().blocks, 3);
            EXPECT_EQ(figures.peak_bytes - native_of(figures).peak_bytes, 256);
            EXPECT_TRUE(figures.threads_raced);
            EXPECT_EQ(ledger::still_in_use(cell).bytes - native_of(figures).kept().bytes, 192);
        }
    }
}
