// Tests of kernel/core/malloc_hooks.cpp: the C library's names, as this program and the C library itself call them.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "run_cell.hpp"

extern "C"
{
    void* __libc_malloc(std::size_t);
}

namespace xmemory::core
{
    namespace
    {
        using ByCell = std::map<int, std::int64_t>;

        // The block that a call made is booked to its cell, to the byte, and gone when it is freed.
        template <typename Make>
        void expect_booked(std::int64_t bytes, Make make)
        {
            const int cell = next_cell();
            void* block = nullptr;
            const SpanFigures made = run_cell(cell, [&] { block = make(); });
            EXPECT_EQ(native_of(made).made.bytes, bytes);
            EXPECT_EQ(native_of(made).made.blocks, 1);
            EXPECT_EQ(native_of(made).kept().bytes, bytes);
            EXPECT_EQ(made.peak_bytes, bytes);
            EXPECT_EQ(ledger::still_in_use(cell).bytes, bytes);
            EXPECT_GE(malloc_usable_size(block), static_cast<std::size_t>(bytes));
            const SpanFigures freed = run_cell([&] { free(block); });
            EXPECT_EQ(native_of(freed).freed_earlier.bytes, bytes);
            EXPECT_EQ(native_of(freed).freed_earlier.blocks, 1);
            const ByCell expected = bytes == 0 ? ByCell{} : ByCell{{cell, bytes}};
            EXPECT_EQ(freed.freed_earlier_by_cell, expected);
            EXPECT_EQ(ledger::still_in_use(cell).bytes, 0);
            EXPECT_EQ(ledger::still_in_use(cell).blocks, 0);
            EXPECT_EQ(ledger::still_in_use(cell).slack, 0);
        }

        TEST(MallocHooks, BookEachWayToMakeABlock)
        {
            expect_booked(0, [] { return malloc(0); });
            expect_booked(1, [] { return malloc(1); });
            expect_booked(1'000'003, [] { return malloc(1'000'003); });
            expect_booked(70'000'000, [] { return malloc(70'000'000); });
            expect_booked(21, [] { return calloc(3, 7); });
            expect_booked(300, [] { return realloc(nullptr, 300); });
            expect_booked(0, [] { return realloc(nullptr, 0); });
            expect_booked(77, [] { return reallocarray(nullptr, 7, 11); });
            expect_booked(999, [] { return memalign(256, 999); });
            expect_booked(999, [] { return memalign(1, 999); });
            expect_booked(100, [] { return aligned_alloc(64, 100); });
            expect_booked(5, [] { return valloc(5); });
            expect_booked(2 * sysconf(_SC_PAGESIZE),
                          [] { return pvalloc(static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + 1); });
            expect_booked(12345,
                          []
                          {
                              void* block = nullptr;
                              return posix_memalign(&block, 4096, 12345) == 0 ? block : nullptr;
                          });
        }

        TEST(MallocHooks, AlignAsAsked)
        {
            const auto rest = [](void* block, std::size_t alignment)
            {
                const auto address = reinterpret_cast<std::uintptr_t>(block);
                free(block);
                return address % alignment;
            };
            EXPECT_EQ(rest(malloc(3), 16), 0u);
            EXPECT_EQ(rest(calloc(1, 3), 16), 0u);
            EXPECT_EQ(rest(memalign(48, 3), 64), 0u) << "rounded up to a power of two, as glibc does";
            EXPECT_EQ(rest(aligned_alloc(1024, 3), 1024), 0u);
            EXPECT_EQ(rest(valloc(3), 4096), 0u);
            EXPECT_EQ(rest(pvalloc(3), 4096), 0u);
        }

        TEST(MallocHooks, ReallocFreesTheOldBlockAndMakesANewOne)
        {
            const int first = next_cell();
            void* block = nullptr;
            run_cell(first, [&] { block = malloc(1000); });
            // When another cell lets it grow
            const int second = next_cell();
            const SpanFigures grown = run_cell(second, [&] { block = realloc(block, 50'000); });
            // Then it is that cell's
            EXPECT_EQ(native_of(grown).made.bytes, 50'000);
            EXPECT_EQ(native_of(grown).freed_earlier.bytes, 1000);
            EXPECT_EQ(grown.peak_bytes, 49'000) << "the copy is no peak";
            EXPECT_EQ(ledger::still_in_use(first).bytes, 0);
            EXPECT_EQ(ledger::still_in_use(second).bytes, 50'000);
            // and when it shrinks to nothing, glibc frees it
            const SpanFigures gone = run_cell([&] { block = realloc(block, 0); });
            EXPECT_EQ(block, nullptr);
            EXPECT_EQ(native_of(gone).made.blocks, 0);
            EXPECT_EQ(native_of(gone).freed_earlier.bytes, 50'000);
        }

        TEST(MallocHooks, ReallocsCopyIsNoPeak)
        {
            for (const std::size_t bytes : {100u, 100'000u, 10'000'000u})
            {
                const SpanFigures figures = run_cell(
                    [&]
                    {
                        void* block = malloc(bytes);
                        void* between = malloc(1); // so that it cannot grow where it is
                        block = realloc(block, 2 * bytes);
                        block = realloc(block, bytes / 2);
                        free(between);
                        free(block);
                    });
                EXPECT_EQ(figures.peak_bytes, static_cast<std::int64_t>(2 * bytes + 1));
                EXPECT_EQ(native_of(figures).kept().blocks, 0);
            }
        }

        TEST(MallocHooks, RefuseHugeRequestsAndChangeNothing)
        {
            // Given sizes that no system has; volatile, for the compiler knows them too
            volatile std::size_t most = SIZE_MAX;
            volatile std::size_t half = SIZE_MAX / 2;
            volatile std::size_t much = std::size_t{1} << 46;
            void* block = nullptr;
            void* untouched = &block;
            std::vector<int> wrong;
            wrong.reserve(32);
            auto expect_refused = [&, number = 0](void* made) mutable
            {
                ++number;
                if (made != nullptr || errno != ENOMEM)
                {
                    const TutorScope scope;
                    wrong.push_back(number);
                }
                errno = 0;
            };
            int posix = 0;
            const SpanFigures figures = run_cell(
                [&]
                {
                    block = malloc(10);
                    errno = 0;
                    for (const std::size_t bytes : {std::size_t{most}, std::size_t{half}, std::size_t{much}})
                    {
                        expect_refused(malloc(bytes));
                        expect_refused(calloc(bytes, 1));
                        expect_refused(realloc(block, bytes));
                        expect_refused(memalign(64, bytes));
                        expect_refused(aligned_alloc(64, bytes));
                        expect_refused(valloc(bytes));
                        expect_refused(pvalloc(bytes));
                    }
                    expect_refused(calloc(half, 3));
                    expect_refused(reallocarray(block, half, 3));
                    posix = posix_memalign(&untouched, 64, half);
                });
            // Then each says so, and the block that there was is the only one
            EXPECT_EQ(wrong, std::vector<int>{});
            EXPECT_EQ(posix, ENOMEM);
            EXPECT_EQ(untouched, &block);
            EXPECT_EQ(native_of(figures).made.blocks, 1);
            EXPECT_EQ(native_of(figures).kept().bytes, 10);
            EXPECT_EQ(figures.peak_bytes, 10);
            free(block);
        }

        TEST(MallocHooks, RefuseAlignmentsThatAreNone)
        {
            void* untouched = nullptr;
            for (const std::size_t alignment : {0, 1, 4, 24, 100})
            {
                EXPECT_EQ(posix_memalign(&untouched, alignment, 8), EINVAL) << alignment;
            }
            EXPECT_EQ(untouched, nullptr);
            volatile std::size_t most = SIZE_MAX;
            errno = 0;
            EXPECT_EQ(memalign(most, 8), nullptr);
            EXPECT_EQ(errno, EINVAL);
        }

        TEST(MallocHooks, SeeWhatTheCLibraryAllocates)
        {
            expect_booked(6, [] { return strdup("hello"); });
            char path[] = "/tmp/xmemory_tests_XXXXXX";
            const int file = mkstemp(path);
            ASSERT_GE(file, 0);
            ASSERT_EQ(write(file, "one\ntwo\n", 8), 8);
            close(file);
            FILE* stream = nullptr;
            char* line = nullptr;
            std::size_t capacity = 0;
            const SpanFigures opened = run_cell([&] { stream = fopen(path, "r"); });
            EXPECT_EQ(native_of(opened).kept().blocks, 1);
            EXPECT_GE(native_of(opened).kept().bytes, static_cast<std::int64_t>(sizeof(FILE)));
            const SpanFigures read = run_cell([&] { std::ignore = getline(&line, &capacity, stream); });
            EXPECT_STREQ(line, "one\n");
            EXPECT_EQ(native_of(read).kept().blocks, 2) << "the line, and the stream's buffer";
            EXPECT_GT(native_of(read).kept().bytes, static_cast<std::int64_t>(capacity));
            const SpanFigures closed = run_cell(
                [&]
                {
                    fclose(stream);
                    free(line);
                });
            EXPECT_EQ(native_of(closed).freed_earlier.blocks, 3);
            unlink(path);
        }

        TEST(MallocHooks, SeeWhatCppAllocates)
        {
            const SpanFigures figures = run_cell(
                []
                {
                    std::string text(99, 'x');
                    text += std::string(1, 'y');
                });
            EXPECT_GE(native_of(figures).made.bytes, 100);
            EXPECT_EQ(native_of(figures).kept().blocks, 0);
        }

        TEST(MallocHooks, TakeBlocksFromBeforeThem)
        {
            void* freed = __libc_malloc(1000);
            void* resized = __libc_malloc(1000);
            const SpanFigures figures = run_cell(
                [&]
                {
                    free(freed);
                    resized = realloc(resized, 100'000);
                    free(resized);
                });
            EXPECT_EQ(native_of(figures).made.blocks, 0);
            EXPECT_EQ(native_of(figures).freed_earlier.blocks, 0);
            EXPECT_EQ(figures.peak_bytes, 0);
        }

        TEST(MallocHooks, FreeOfNothingIsNothing)
        {
            const SpanFigures figures = run_cell([] { free(nullptr); });
            EXPECT_EQ(native_of(figures).freed_own.blocks, 0);
            EXPECT_EQ(malloc_usable_size(nullptr), 0u);
        }

        TEST(MallocHooks, AThreadThatCannotStartLeavesNothing)
        {
            pthread_attr_t attributes;
            pthread_attr_init(&attributes);
            pthread_attr_setstacksize(&attributes, std::size_t{1} << 46);
            pthread_t thread;
            int failure = 0;
            run_cell([] {}); // the ledger's own vectors have grown
            const Amount before = ledger::in_use(Origin::native);
            const SpanFigures figures = run_cell(
                [&]
                {
                    failure = pthread_create(
                        &thread, &attributes, [](void* nothing) { return nothing; }, nullptr);
                });
            EXPECT_NE(failure, 0);
            EXPECT_EQ(native_of(figures).kept().blocks, 0);
            EXPECT_EQ(ledger::in_use(Origin::native).blocks, before.blocks);
            pthread_attr_destroy(&attributes);
        }

        TEST(MallocHooks, AForkedChildGoesOn)
        {
            void* block = nullptr;
            int status = -1;
            const SpanFigures figures = run_cell(
                [&]
                {
                    block = malloc(1000);
                    const pid_t child = fork();
                    if (child == 0)
                    {
                        // The child frees what it was given, makes its own and starts a thread
                        free(block);
                        for (int round = 0; round < 1000; ++round)
                        {
                            free(realloc(malloc(100), 5000));
                        }
                        const bool all_gone = own_levels.total() == 0;
                        std::thread([] { free(malloc(100)); }).join();
                        _exit(all_gone ? 0 : 1);
                    }
                    waitpid(child, &status, 0);
                });
            EXPECT_TRUE(WIFEXITED(status));
            EXPECT_EQ(WEXITSTATUS(status), 0);
            EXPECT_EQ(native_of(figures).kept().bytes, 1000) << "what the child frees is still the parent's";
            free(block);
        }
    }
}
