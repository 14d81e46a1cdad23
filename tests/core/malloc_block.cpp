// Tests of kernel/core/malloc_block.cpp: blocks with a header, whoever asked for them.
#include "core/malloc_block.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "run_cell.hpp"

extern "C"
{
    void* __libc_malloc(std::size_t);
    void __libc_free(void*);
}

namespace xmemory::core
{
    namespace
    {
        constexpr std::size_t header_bytes = 16;

        std::size_t glibc_usable_size(void* start)
        {
            using UsableSize = std::size_t (*)(void*);
            static const auto usable = reinterpret_cast<UsableSize>(dlsym(RTLD_NEXT, "malloc_usable_size"));
            return usable(start);
        }

        bool holds(const void* block, int byte, std::size_t bytes)
        {
            const auto* text = static_cast<const unsigned char*>(block);
            return std::all_of(text, text + bytes, [byte](unsigned char seen) { return seen == byte; });
        }

        TEST(MallocBlock, UsableSizeIsGlibcsLessTheHeader)
        {
            for (const std::size_t asked : {0, 1, 8, 9, 24, 25, 40, 500, 1000, 1032, 100'000, 10'000'000})
            {
                void* block = malloc_block::make(asked, Origin::native);
                const std::size_t usable = malloc_block::usable_size(block);
                EXPECT_EQ(usable, glibc_usable_size(static_cast<char*>(block) - header_bytes) - header_bytes) << asked;
                EXPECT_GE(usable, asked);
                std::memset(block, 0xAB, usable); // a byte too many would ruin glibc's books
                malloc_block::release(block);
            }
        }

        TEST(MallocBlock, UsableSizeOfAnAlignedBlockIsGlibcsLessTheOffset)
        {
            for (const std::size_t alignment : {16, 64, 4096, 65536, 1 << 21})
            {
                for (const std::size_t asked : {1, 1000, 1'000'000})
                {
                    void* block = malloc_block::make_aligned(alignment, asked, Origin::native);
                    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignment, 0u);
                    const std::size_t usable = malloc_block::usable_size(block);
                    EXPECT_EQ(usable, glibc_usable_size(static_cast<char*>(block) - alignment) - alignment);
                    EXPECT_GE(usable, asked);
                    std::memset(block, 0xAB, usable);
                    malloc_block::release(block);
                }
            }
        }

        TEST(MallocBlock, NothingHasNoUsableSize) { EXPECT_EQ(malloc_block::usable_size(nullptr), 0u); }

        TEST(MallocBlock, SetsAsideItsUsableSize)
        {
            void* block = nullptr;
            const SpanFigures figures = run_cell([&] { block = malloc_block::make(1001, Origin::python_large); });
            EXPECT_EQ(large_of(figures).kept().bytes, 1001);
            EXPECT_EQ(large_of(figures).kept().slack, static_cast<std::int64_t>(malloc_block::usable_size(block)) - 1001);
            malloc_block::release(block);
        }

        TEST(MallocBlock, KeepsItsOriginWhoeverResizesAndFreesIt)
        {
            // Given a block of Python's
            void* block = malloc_block::make(100, Origin::python_large);
            const Amount large = ledger::in_use(Origin::python_large);
            const Amount native = ledger::in_use(Origin::native);
            // When C's realloc and free meet it
            block = malloc_block::resize(block, 5000, Origin::native);
            EXPECT_EQ(ledger::in_use(Origin::python_large).bytes - large.bytes, 4900);
            malloc_block::release(block);
            // Then it was Python's to the end
            EXPECT_EQ(ledger::in_use(Origin::python_large).bytes - large.bytes, -100);
            EXPECT_EQ(ledger::in_use(Origin::python_large).blocks - large.blocks, -1);
            EXPECT_EQ(ledger::in_use(Origin::native).bytes, native.bytes);
        }

        TEST(MallocBlock, KeepsItsContentThroughResizing)
        {
            for (const std::size_t alignment : {16, 256, 4096})
            {
                for (const std::size_t bytes : {10, 3000, 500'000})
                {
                    void* block = malloc_block::make_aligned(alignment, 3000, Origin::native);
                    std::memset(block, 0x5A, 3000);
                    block = malloc_block::resize(block, bytes, Origin::native);
                    EXPECT_TRUE(holds(block, 0x5A, std::min<std::size_t>(bytes, 3000)));
                    malloc_block::release(block);
                }
            }
        }

        TEST(MallocBlock, KeepsWhatStandsInItsUsableSizeThroughResizing)
        {
            // Given an aligned block that is used to the end of its usable size
            void* block = malloc_block::make_aligned(64, 1, Origin::native);
            const std::size_t usable = malloc_block::usable_size(block);
            ASSERT_GT(usable, 1u);
            std::memset(block, 0x5A, usable);
            // When it grows
            block = malloc_block::resize(block, 10'000, Origin::native);
            // Then all of that moved with it, as in glibc
            EXPECT_TRUE(holds(block, 0x5A, usable));
            malloc_block::release(block);
        }

        TEST(MallocBlock, ZeroedBlocksAreZeroAlsoWhereMemoryIsUsedAgain)
        {
            for (int round = 0; round < 50; ++round)
            {
                void* block = malloc_block::make(700, Origin::native, true);
                EXPECT_TRUE(holds(block, 0, 700));
                std::memset(block, 0xFF, malloc_block::usable_size(block));
                malloc_block::release(block);
            }
        }

        TEST(MallocBlock, ForeignBlocksAreFreedAndResizedUnbooked)
        {
            const Amount before = ledger::in_use(Origin::native);
            // Given blocks from before the hooks
            void* freed = __libc_malloc(100);
            void* resized = __libc_malloc(100);
            std::memset(resized, 0x77, 100);
            // When they are freed or resized
            malloc_block::release(freed);
            resized = malloc_block::resize(resized, 100'000, Origin::native);
            EXPECT_TRUE(holds(resized, 0x77, 100));
            EXPECT_EQ(malloc_block::usable_size(resized), glibc_usable_size(resized));
            malloc_block::release(resized);
            // Then no book was touched
            EXPECT_EQ(ledger::in_use(Origin::native).bytes, before.bytes);
            EXPECT_EQ(ledger::in_use(Origin::native).blocks, before.blocks);
        }

        TEST(MallocBlock, ACopiedHeaderDoesNotMakeAForeignBlockOurs)
        {
            // Given a foreign block whose first bytes are the header of one of ours
            void* ours = malloc_block::make(64, Origin::native);
            auto* foreign = static_cast<char*>(__libc_malloc(200));
            std::memcpy(foreign, static_cast<char*>(ours) - header_bytes, header_bytes + 64);
            // Then the place behind them is not one of our blocks
            EXPECT_NE(malloc_block::usable_size(foreign + header_bytes), malloc_block::usable_size(ours));
            __libc_free(foreign);
            malloc_block::release(ours);
        }

        TEST(MallocBlock, ABlockThatCannotGrowStaysAsItWas)
        {
            const int cell = next_cell();
            void* block = nullptr;
            bool refused = false;
            const SpanFigures figures =
                run_cell(cell,
                         [&]
                         {
                             block = malloc_block::make(1000, Origin::native);
                             std::memset(block, 0x33, 1000);
                             errno = 0;
                             refused = malloc_block::resize(block, std::size_t{1} << 46, Origin::native) == nullptr &&
                                       errno == ENOMEM;
                         });
            EXPECT_TRUE(refused);
            EXPECT_TRUE(holds(block, 0x33, 1000));
            EXPECT_EQ(native_of(figures).made.blocks, 1);
            EXPECT_EQ(figures.peak_bytes, 1000);
            EXPECT_EQ(ledger::still_in_use(cell).bytes, 1000);
            malloc_block::release(block);
            EXPECT_EQ(ledger::still_in_use(cell).blocks, 0);
        }

        TEST(MallocBlock, TellsWhatAlignmentTakes)
        {
            const std::int64_t before = malloc_block::alignment_bytes();
            void* plain = malloc_block::make(100, Origin::native);
            void* small = malloc_block::make_aligned(16, 100, Origin::native);
            EXPECT_EQ(malloc_block::alignment_bytes(), before);
            void* page = malloc_block::make_aligned(4096, 100, Origin::native);
            EXPECT_EQ(malloc_block::alignment_bytes(), before + 4096 - 16);
            void* mapped = malloc_block::make_aligned(65536, 50'000'000, Origin::native);
            EXPECT_GE(malloc_block::alignment_bytes(), before + 4096 + 65536 - 32);
            page = malloc_block::resize(page, 200, Origin::native);
            for (void* block : {plain, small, page, mapped})
                malloc_block::release(block);
            EXPECT_EQ(malloc_block::alignment_bytes(), before);
        }
    }
}
