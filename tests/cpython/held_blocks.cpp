// Tests of kernel/cpython/held_blocks.cpp.
#include "cpython/held_blocks.hpp"

#include <gtest/gtest.h>

#include <Python.h>

#include <set>

namespace xmemory::cpython
{
    namespace
    {
        // The arena in which a block lies.
        pymalloc::Arena arena_of(const void* block)
        {
            for (const pymalloc::Arena& arena : pymalloc::read_arenas())
            {
                const auto offset =
                    reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(arena.address);
                if (offset < pymalloc::arena_size)
                {
                    return arena;
                }
            }
            ADD_FAILURE() << "in no arena";
            return {};
        }

        TEST(HeldBlocks, GiveABlockOnceByAnyAddressInIt)
        {
            auto* block = static_cast<char*>(PyObject_Malloc(100));
            HeldBlocks blocks;
            EXPECT_EQ(blocks.add(arena_of(block)), 0);
            EXPECT_EQ(blocks.take(block + 50), block);
            EXPECT_EQ(blocks.take(block + 50), nullptr);
            EXPECT_EQ(blocks.take(block), nullptr);
            PyObject_Free(block);
        }

        TEST(HeldBlocks, KnowNothingOfFreeBlocksHeadersAndOtherPlaces)
        {
            auto* block = static_cast<char*>(PyObject_Malloc(100));
            auto* freed = static_cast<char*>(PyObject_Malloc(100));
            PyObject_Free(freed);
            HeldBlocks blocks;
            EXPECT_EQ(blocks.take(block), nullptr) << "no arena was added";
            EXPECT_TRUE(blocks.empty());
            blocks.add(arena_of(block));
            EXPECT_FALSE(blocks.empty());
            int on_the_stack = 0;
            EXPECT_EQ(blocks.take(freed), nullptr);
            EXPECT_EQ(blocks.take(pymalloc::pool_of(block) + 8), nullptr);
            EXPECT_EQ(blocks.take(&on_the_stack), nullptr);
            EXPECT_EQ(blocks.take(nullptr), nullptr);
            EXPECT_EQ(blocks.take(reinterpret_cast<void*>(~std::uintptr_t{0})), nullptr);
            PyObject_Free(block);
        }

        TEST(HeldBlocks, LeaveWhatWasNotTaken)
        {
            auto* taken = static_cast<char*>(PyObject_Malloc(100));
            auto* left = static_cast<char*>(PyObject_Malloc(100));
            const pymalloc::Arena arena = arena_of(left);
            HeldBlocks blocks;
            blocks.add(arena);
            ASSERT_EQ(arena_of(taken).address, arena.address);
            blocks.take(taken);
            std::set<const char*> all;
            blocks.for_each_left([&](const char* block) { all.insert(block); });
            EXPECT_EQ(static_cast<std::int64_t>(all.size()), arena.blocks_in_use() - 1);
            EXPECT_EQ(all.count(left), 1u);
            EXPECT_EQ(all.count(taken), 0u);
            PyObject_Free(taken);
            PyObject_Free(left);
        }
    }
}
