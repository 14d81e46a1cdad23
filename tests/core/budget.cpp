// Tests of kernel/core/budget.cpp: who is refused, at which byte. The program's own malloc asks it.
#include "core/budget.hpp"
#include "core/planned_fault.hpp"
#include "core/thread_start.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstdlib>
#include <thread>
#include <vector>

#include "run_cell.hpp"

namespace xmemory::core
{
    namespace
    {
        constexpr std::int64_t megabyte = 1'000'000;

        // Freed where it was made, so that a level says what it seems to.
        class Blocks
        {
        public:
            ~Blocks()
            {
                for (void* block : blocks_)
                {
                    std::free(block);
                }
            }
            bool make(std::size_t bytes)
            {
                void* block = std::malloc(bytes);
                if (block != nullptr)
                {
                    blocks_[count_++] = block;
                }
                return block != nullptr;
            }

        private:
            void* blocks_[40'000] = {};
            std::size_t count_ = 0;
        };

        class Budget : public testing::Test
        {
        protected:
            void SetUp() override { budget::heed_system(false); }
            void TearDown() override
            {
                budget::stop_this_thread = nullptr;
                budget::give(std::nullopt, 0);
                budget::begin_cell(0);
            }

            // As the session begins a cell.
            template <typename Learner>
            void run(const budget::Given& given, std::int64_t in_use, Learner learner)
            {
                ledger::adopt_this_thread();
                ledger::begin_cell(next_cell());
                budget::give(given, in_use);
                budget::begin_cell(in_use);
                {
                    const LearnerScope scope;
                    learner();
                }
                ledger::end_cell();
            }
        };

        TEST_F(Budget, OfEachCellHoldsToTheByte)
        {
            run({10 * megabyte, true}, 700 * megabyte,
                []
                {
                    Blocks blocks;
                    EXPECT_FALSE(blocks.make(10 * megabyte + 1));
                    EXPECT_TRUE(blocks.make(4 * megabyte));
                    EXPECT_FALSE(blocks.make(6 * megabyte + 1));
                    EXPECT_TRUE(blocks.make(6 * megabyte));
                    EXPECT_FALSE(blocks.make(100'000));
                });
        }

        TEST_F(Budget, OfAllCountsWhatWasInUse)
        {
            run({10 * megabyte, false}, 7 * megabyte,
                []
                {
                    Blocks blocks;
                    EXPECT_FALSE(blocks.make(3 * megabyte + 1));
                    EXPECT_TRUE(blocks.make(3 * megabyte));
                });
        }

        TEST_F(Budget, WhatIsFreedMayBeHadAgain)
        {
            run({10 * megabyte, true}, 0,
                []
                {
                    for (int round = 0; round < 10; ++round)
                    {
                        Blocks blocks;
                        EXPECT_TRUE(blocks.make(9 * megabyte));
                        EXPECT_FALSE(blocks.make(2 * megabyte));
                    }
                });
        }

        TEST_F(Budget, TheRefusalIsWrittenDown)
        {
            run({10 * megabyte, true}, 0,
                []
                {
                    Blocks blocks;
                    EXPECT_TRUE(blocks.make(8 * megabyte));
                    EXPECT_FALSE(blocks.make(5 * megabyte));
                });
            const std::vector<budget::Refusal> all = budget::last_refusals();
            ASSERT_EQ(all.size(), 1u);
            EXPECT_EQ(all[0].asked_bytes, 5 * megabyte);
            EXPECT_EQ(all[0].left_bytes, 2 * megabyte);
            EXPECT_EQ(all[0].limit_bytes, 10 * megabyte);
            EXPECT_EQ(all[0].limit, budget::Limit::given_cell);
            EXPECT_EQ(all[0].wanted, budget::Wanted::block);
        }

        TEST_F(Budget, AGrowingBlockAsksForWhatItAdds)
        {
            run({100 * megabyte, true}, 0,
                []
                {
                    void* block = std::malloc(80 * megabyte); // a mapping of its own: it grows without a copy
                    void* larger = std::realloc(block, 99 * megabyte);
                    ASSERT_NE(larger, nullptr);
                    EXPECT_EQ(std::realloc(larger, 101 * megabyte), nullptr);
                    std::free(larger); // as it was
                });
            const std::vector<budget::Refusal> all = budget::last_refusals();
            ASSERT_EQ(all.size(), 1u);
            EXPECT_EQ(all[0].asked_bytes, 2 * megabyte);
            EXPECT_EQ(all[0].left_bytes, megabyte);
            EXPECT_EQ(all[0].wanted, budget::Wanted::growth);
        }

        TEST_F(Budget, TheTutorIsNeverRefused)
        {
            run({megabyte, true}, 0,
                []
                {
                    const TutorScope scope;
                    void* block = std::malloc(50 * megabyte);
                    EXPECT_NE(block, nullptr);
                    std::free(block);
                });
            EXPECT_EQ(budget::refusals(), 0);
        }

        TEST_F(Budget, SmallBlocksAreServedAndStopTheThread)
        {
            static int stops = 0;
            stops = 0;
            budget::stop_this_thread = []
            {
                ++stops;
                return true;
            };
            run({megabyte, true}, 0,
                []
                {
                    Blocks blocks;
                    EXPECT_TRUE(blocks.make(900'000));
                    for (int number = 0; number < 3900; ++number)
                    {
                        ASSERT_TRUE(blocks.make(512)); // two megabytes
                    }
                });
            EXPECT_EQ(stops, 2); // at the limit, and one megabyte later
            ASSERT_EQ(budget::last_refusals().size(), 2u);
            EXPECT_EQ(budget::last_refusals()[0].wanted, budget::Wanted::small);
        }

        TEST_F(Budget, AtTheLimitALittleIsServedForWhatFreesMemory)
        {
            run({5 * megabyte, false}, 6 * megabyte, // more than it may be
                []
                {
                    Blocks blocks;
                    for (int number = 0; number < 20; ++number)
                    {
                        EXPECT_TRUE(blocks.make(50'000));
                    }
                    EXPECT_FALSE(blocks.make(50'000)); // more than a megabyte of it
                });
        }

        TEST_F(Budget, AThreadOfTheLearnersIsRefusedToo)
        {
            run({10 * megabyte, true}, 0,
                []
                {
                    Blocks mine;
                    EXPECT_TRUE(mine.make(6 * megabyte));
                    bool first = true, second = false;
                    std::thread thread(
                        [&]
                        {
                            Blocks blocks;
                            first = blocks.make(5 * megabyte);
                            second = blocks.make(3 * megabyte);
                        });
                    thread.join();
                    EXPECT_FALSE(first);
                    EXPECT_TRUE(second);
                });
            ASSERT_EQ(budget::last_refusals().size(), 1u);
            EXPECT_TRUE(budget::last_refusals()[0].of_this_cell);
        }

        constexpr std::size_t mib = 1 << 20;

        TEST_F(Budget, ChunksDrawOnAReserve)
        {
            run({megabyte, true}, 0,
                []
                {
                    std::int64_t granted = 0;
                    while (granted < 100 && budget::grants_chunk(mib))
                    {
                        ++granted;
                    }
                    EXPECT_EQ(granted, 16); // one megabyte, and the sixteen of the reserve
                    {
                        const TutorScope scope; // draws on it without being asked
                        EXPECT_TRUE(budget::grants_chunk(mib));
                    }
                    EXPECT_TRUE(budget::grants_arena(mib)); // for the traceback of all those calls
                    for (++granted; granted > 0; --granted)
                    {
                        budget::count_chunk_unmapped(mib);
                    }
                    EXPECT_TRUE(budget::grants_chunk(mib));
                    budget::count_chunk_unmapped(mib);
                });
        }

        TEST_F(Budget, ArenasDrawOnAReserve)
        {
            run({megabyte, true}, 0,
                []
                {
                    Blocks blocks;
                    for (int number = 0; number < 33'000; ++number)
                    {
                        ASSERT_TRUE(blocks.make(512)); // sixteen megabytes
                    }
                    EXPECT_TRUE(budget::grants_arena(mib));
                    for (int number = 0; number < 1'000; ++number)
                    {
                        ASSERT_TRUE(blocks.make(512));
                    }
                    EXPECT_FALSE(budget::grants_arena(mib));
                });
        }

        TEST_F(Budget, AThreadThatStartsDrawsOnAnAllowance)
        {
            budget::thread_start::is_outside_run = [] { return true; };
            run({megabyte, true}, 0,
                []
                {
                    Blocks mine;
                    EXPECT_TRUE(mine.make(900'000));
                    bool first = false, second = true;
                    std::thread thread(
                        [&]
                        {
                            Blocks blocks;
                            first = blocks.make(700'000);
                            second = blocks.make(700'000);
                        });
                    thread.join();
                    EXPECT_TRUE(first);
                    EXPECT_FALSE(second);
                    EXPECT_FALSE(mine.make(700'000)); // this thread does not start
                });
            budget::thread_start::is_outside_run = nullptr;
        }

        TEST_F(Budget, MappedMemoryCountsAndReservationsDoNot)
        {
            run({10 * megabyte, true}, 0,
                []
                {
                    constexpr int anonymous = MAP_PRIVATE | MAP_ANONYMOUS, accessible = PROT_READ | PROT_WRITE;
                    EXPECT_EQ(mmap(nullptr, 11 * megabyte, accessible, anonymous, -1, 0), MAP_FAILED);
                    EXPECT_EQ(errno, ENOMEM);
                    void* memory = mmap(nullptr, 6 * megabyte, accessible, anonymous, -1, 0);
                    ASSERT_NE(memory, MAP_FAILED);
                    Blocks blocks;
                    EXPECT_FALSE(blocks.make(5 * megabyte));
                    EXPECT_EQ(mremap(memory, 6 * megabyte, 12 * megabyte, MREMAP_MAYMOVE), MAP_FAILED);
                    munmap(memory, 6 * megabyte);
                    EXPECT_TRUE(blocks.make(5 * megabyte));

                    void* reserved = mmap(nullptr, 1000 * mib, PROT_NONE, anonymous, -1, 0);
                    ASSERT_NE(reserved, MAP_FAILED);
                    EXPECT_EQ(mprotect(reserved, 8 * mib, accessible), -1);
                    EXPECT_EQ(mprotect(reserved, 4 * mib, accessible), 0);
                    EXPECT_FALSE(blocks.make(2 * megabyte));
                    EXPECT_EQ(mprotect(reserved, 4 * mib, PROT_NONE), 0);
                    EXPECT_TRUE(blocks.make(2 * megabyte));
                    munmap(reserved, 1000 * mib);
                });
            ASSERT_EQ(budget::last_refusals().size(), 5u);
            EXPECT_EQ(budget::last_refusals()[0].wanted, budget::Wanted::mapping);
        }

        TEST_F(Budget, TheNthLargeRequestFailsAndNoOther)
        {
            run({megabyte, true}, 0, [] {}); // no limit plays a part below
            ledger::begin_cell(next_cell());
            budget::give(std::nullopt, 0);
            budget::begin_cell(0);
            budget::refuse_nth(3);
            {
                const LearnerScope scope;
                Blocks blocks;
                EXPECT_TRUE(blocks.make(513));
                EXPECT_TRUE(blocks.make(512)); // is not counted
                EXPECT_TRUE(blocks.make(1000));
                EXPECT_FALSE(blocks.make(1000));
                EXPECT_TRUE(blocks.make(1000));
            }
            EXPECT_EQ(budget::planned_fault::requests(), 4);
            budget::refuse_nth(0);
            ledger::end_cell();
        }
    }
}
