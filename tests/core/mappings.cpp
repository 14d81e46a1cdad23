// Tests of kernel/core/mappings.cpp and mapping_hooks.cpp: what this program's mmap and its family leave in the books.
#include "core/mappings.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "run_cell.hpp"

namespace xmemory::core
{
    namespace
    {
        constexpr std::size_t page = 4096;
        constexpr int readable = PROT_READ | PROT_WRITE;
        constexpr int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;

        char* map(std::size_t pages, int protection = readable, int flags = anonymous, void* wanted = nullptr)
        {
            void* got = mmap(wanted, pages * page, protection, flags, -1, 0);
            return got == MAP_FAILED ? nullptr : static_cast<char*>(got);
        }

        // Runs as a cell and gives its serial, by which the books know it.
        template <typename Learner>
        std::uint32_t serial_of_cell(Learner learner)
        {
            std::uint32_t serial = 0;
            run_cell(
                [&]
                {
                    serial = ledger::running_serial();
                    learner();
                });
            return serial;
        }

        template <typename Learner>
        std::int64_t unmapped_by_cell(Learner learner)
        {
            const std::int64_t before = mappings::unmapped_earlier_bytes();
            run_cell(learner);
            return mappings::unmapped_earlier_bytes() - before;
        }

        std::int64_t pages_of(std::uint32_t serial)
        {
            return mappings::mapped_bytes(serial) / static_cast<std::int64_t>(page);
        }

        TEST(Mappings, AreTheCellsThatMadeThemAndGoWithTheirUnmapping)
        {
            char* mapped = nullptr;
            const std::uint32_t serial = serial_of_cell([&] { mapped = map(10); });
            EXPECT_EQ(pages_of(serial), 10);
            EXPECT_EQ(unmapped_by_cell([&] { munmap(mapped, 10 * page); }), 10 * page);
            EXPECT_EQ(pages_of(serial), 0);
        }

        TEST(Mappings, ThatTheSameCellGivesBackAreNothing)
        {
            std::uint32_t serial = 0;
            const std::int64_t unmapped = unmapped_by_cell(
                [&]
                {
                    serial = ledger::running_serial();
                    munmap(map(10), 10 * page);
                });
            EXPECT_EQ(unmapped, 0);
            EXPECT_EQ(pages_of(serial), 0);
        }

        TEST(Mappings, OfTheKernelsOwnAreNotCounted)
        {
            const std::int64_t before = mappings::mapped_bytes();
            char* mapped = map(10);
            EXPECT_EQ(mappings::mapped_bytes(), before);
            munmap(mapped, 10 * page);
            const std::uint32_t serial = serial_of_cell(
                [&]
                {
                    const TutorScope scope;
                    mapped = map(10);
                });
            EXPECT_EQ(pages_of(serial), 0);
            munmap(mapped, 10 * page);
        }

        TEST(Mappings, RoundUpToWholePages)
        {
            void* mapped = nullptr;
            const std::uint32_t serial =
                serial_of_cell([&] { mapped = mmap(nullptr, page + 1, readable, anonymous, -1, 0); });
            EXPECT_EQ(pages_of(serial), 2);
            munmap(mapped, page + 1);
            EXPECT_EQ(pages_of(serial), 0);
        }

        TEST(Mappings, AreCutAtBothEndsAndInTheMiddle)
        {
            char* mapped = nullptr;
            const std::uint32_t serial = serial_of_cell([&] { mapped = map(100); });
            munmap(mapped, 10 * page);
            EXPECT_EQ(pages_of(serial), 90);
            munmap(mapped + 95 * page, 5 * page);
            EXPECT_EQ(pages_of(serial), 85);
            EXPECT_EQ(unmapped_by_cell([&] { munmap(mapped + 40 * page, 20 * page); }), 20 * page);
            EXPECT_EQ(pages_of(serial), 65);
            munmap(mapped, 100 * page); // over the holes
            EXPECT_EQ(pages_of(serial), 0);
        }

        TEST(Mappings, CountAnonymousSharedMemoryAndNoFiles)
        {
            char* shared = nullptr;
            void* file = nullptr;
            const int descriptor = memfd_create("mapped", 0);
            ASSERT_EQ(ftruncate(descriptor, 10 * page), 0);
            const std::uint32_t serial = serial_of_cell(
                [&]
                {
                    shared = map(3, readable, MAP_SHARED | MAP_ANONYMOUS);
                    file = mmap(nullptr, 10 * page, readable, MAP_SHARED, descriptor, 0);
                });
            EXPECT_EQ(pages_of(serial), 3);
            EXPECT_EQ(mappings::shared_bytes(), 3 * page);
            EXPECT_EQ(mappings::resident_shared_bytes(), 0);
            shared[page] = 1;
            EXPECT_EQ(mappings::resident_shared_bytes(), page);
            munmap(shared, 3 * page);
            EXPECT_EQ(mappings::shared_bytes(), 0);
            munmap(file, 10 * page);
            close(descriptor);
            EXPECT_EQ(pages_of(serial), 0);
        }

        TEST(Mappings, ThatAreReservedCountOnceTheyAreMadeAccessible)
        {
            char* mapped = nullptr;
            const std::uint32_t reserving = serial_of_cell([&] { mapped = map(1000, PROT_NONE); });
            EXPECT_EQ(pages_of(reserving), 0);
            const std::uint32_t using_it = serial_of_cell(
                [&]
                {
                    mprotect(mapped + 100 * page, 50 * page, readable);
                    map(20, readable, anonymous | MAP_FIXED, mapped + 400 * page);
                });
            EXPECT_EQ(pages_of(using_it), 70);
            EXPECT_EQ(pages_of(reserving), 0);
            EXPECT_EQ(unmapped_by_cell([&] { mprotect(mapped + 120 * page, 10 * page, PROT_NONE); }), 10 * page);
            EXPECT_EQ(pages_of(using_it), 60);
            munmap(mapped, 1000 * page);
            EXPECT_EQ(pages_of(using_it), 0);
        }

        TEST(Mappings, ThatTakeTheirPlaceAreTheNewCells)
        {
            char* mapped = nullptr;
            const std::uint32_t first = serial_of_cell([&] { mapped = map(10); });
            std::uint32_t second = 0;
            const std::int64_t unmapped = unmapped_by_cell(
                [&]
                {
                    second = ledger::running_serial();
                    map(4, readable, anonymous | MAP_FIXED, mapped + 3 * page);
                });
            EXPECT_EQ(unmapped, 4 * page);
            EXPECT_EQ(pages_of(first), 6);
            EXPECT_EQ(pages_of(second), 4);
            munmap(mapped, 10 * page);
        }

        TEST(Mappings, ThatAreResizedAreTheResizingCells)
        {
            char* mapped = nullptr;
            const std::uint32_t first = serial_of_cell([&] { mapped = map(10); });
            std::uint32_t second =
                serial_of_cell([&] { mapped = static_cast<char*>(mremap(mapped, 10 * page, 1000 * page, MREMAP_MAYMOVE)); });
            EXPECT_EQ(pages_of(first), 0);
            EXPECT_EQ(pages_of(second), 1000);
            const std::uint32_t third = serial_of_cell([&] { mremap(mapped, 1000 * page, 5 * page, 0); });
            EXPECT_EQ(pages_of(second), 0);
            EXPECT_EQ(pages_of(third), 5);
            char* target = map(5);
            const std::uint32_t fourth = serial_of_cell(
                [&] { EXPECT_EQ(mremap(mapped, 5 * page, 5 * page, MREMAP_MAYMOVE | MREMAP_FIXED, target), target); });
            EXPECT_EQ(pages_of(third), 0);
            EXPECT_EQ(pages_of(fourth), 5);
            munmap(target, 5 * page);
            EXPECT_EQ(pages_of(fourth), 0);
        }

        TEST(Mappings, ThatCouldNotBeMadeOrResizedChangeNothing)
        {
            char* mapped = nullptr;
            const std::uint32_t serial = serial_of_cell(
                [&]
                {
                    mapped = map(10);
                    EXPECT_EQ(map(std::size_t{1} << 40), nullptr);
                    EXPECT_EQ(errno, ENOMEM);
                    map(1, PROT_NONE, anonymous | MAP_FIXED, mapped + 5 * page);
                    EXPECT_EQ(mremap(mapped, page, std::size_t{1} << 50, 0), MAP_FAILED);
                    EXPECT_EQ(munmap(mapped + 1, page), -1);
                    EXPECT_EQ(errno, EINVAL);
                    EXPECT_EQ(munmap(mapped, 0), -1);
                });
            EXPECT_EQ(pages_of(serial), 9);
            EXPECT_TRUE(mappings::known());
            munmap(mapped, 10 * page);
        }

        TEST(Mappings, TellHowMuchIsInMemory)
        {
            const std::int64_t before = mappings::resident_bytes();
            const auto grown = [&] { return mappings::resident_bytes() - before; };
            char* mapped = nullptr;
            run_cell([&] { mapped = map(10'000); });
            madvise(mapped, 10'000 * page, MADV_NOHUGEPAGE);
            EXPECT_EQ(grown(), 0);
            std::memset(mapped + 5'000 * page, 1, 300 * page);
            EXPECT_EQ(grown(), 300 * page);
            madvise(mapped + 5'000 * page, 100 * page, MADV_DONTNEED);
            EXPECT_EQ(grown(), 200 * page);
            munmap(mapped, 10'000 * page);
            EXPECT_EQ(grown(), 0);
        }

        TEST(Mappings, OfMallocAndOfThreadsAreNotAmongThem)
        {
            const std::uint32_t serial = serial_of_cell(
                []
                {
                    void* volatile block = std::malloc(100'000'000);
                    std::free(block);
                    std::thread([] { std::free(std::malloc(1000)); }).join();
                });
            EXPECT_EQ(mappings::mapped_bytes(serial), 0);
        }

        // A model beside the books: which pages of a stretch are mapped, and by which of the cells.
        TEST(Mappings, AgreeWithAModelThroughRandomCutsAndReplacements)
        {
            const std::size_t stretch = 200;
            std::mt19937 random(5);
            char* base = nullptr;
            std::vector<std::uint32_t> owner(stretch, 0);
            owner.assign(stretch, serial_of_cell([&] { base = map(stretch); }));
            for (int turn = 0; turn < 3'000; ++turn)
            {
                const std::size_t from = random() % stretch;
                const std::size_t count = 1 + random() % std::min<std::size_t>(20, stretch - from);
                const unsigned what = random() % 3;
                const std::uint32_t serial = serial_of_cell(
                    [&]
                    {
                        if (what == 0)
                            munmap(base + from * page, count * page);
                        else
                            map(count, what == 1 ? readable : PROT_NONE, anonymous | MAP_FIXED, base + from * page);
                    });
                std::fill_n(owner.begin() + static_cast<std::ptrdiff_t>(from), count, what == 1 ? serial : 0);
                if (turn % 50 == 0)
                {
                    const std::int64_t not_mapped = std::count(owner.begin(), owner.end(), 0u);
                    ASSERT_EQ(mappings::mapped_bytes(), (static_cast<std::int64_t>(stretch) - not_mapped) * page) << turn;
                    for (const std::uint32_t each : owner)
                    {
                        if (each != 0)
                        {
                            ASSERT_EQ(pages_of(each), std::count(owner.begin(), owner.end(), each)) << turn;
                        }
                    }
                }
            }
            munmap(base, stretch * page);
        }

        TEST(Mappings, ThatThreadsCutAtTheSameTimeAreExactAfterwards)
        {
            constexpr std::size_t each = 500;
            constexpr std::size_t stretch = 4 * each + 2; // its ends stay: who maps beside it would get a page of it too
            for (int round = 0; round < 30; ++round)
            {
                char* base = nullptr;
                const std::uint32_t serial = serial_of_cell(
                    [&]
                    {
                        base = map(stretch);
                        std::vector<std::thread> threads;
                        for (std::size_t n = 0; n < 4; ++n)
                        {
                            threads.emplace_back(
                                [base, n, each]
                                {
                                    for (std::size_t at = 0; at < each; at += 2)
                                    {
                                        munmap(base + (1 + n * each + at) * page, page);
                                        munmap(map(7), 7 * page);
                                    }
                                });
                        }
                        for (std::thread& thread : threads)
                        {
                            thread.join();
                        }
                    });
                EXPECT_TRUE(mappings::known());
                EXPECT_EQ(pages_of(serial), stretch - 4 * each / 2);
                munmap(base, stretch * page);
                EXPECT_EQ(pages_of(serial), 0);
            }
        }

        TEST(MappingsInAChild, AreUnknownWhenTheTableIsFull)
        {
            const auto fill = []
            {
                char* base = nullptr;
                run_cell([&] { base = map(40'000); });
                for (std::size_t at = 1; at < 40'000 && mappings::known(); at += 2)
                {
                    munmap(base + at * page, page);
                }
                std::_Exit(mappings::known() ? 1 : 0);
            };
            EXPECT_EXIT(fill(), testing::ExitedWithCode(0), "");
        }
    }
}
