// Tests of magics/malloc_state.cpp: what malloc holds, and what it gives back when it is told to.
#include "magics/malloc_state.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <vector>

namespace xmemory::magics
{
    namespace
    {
        TEST(MallocState, AddsUp)
        {
            const MallocState state = read_malloc();
            EXPECT_GT(state.heap_in_use_bytes, 0);
            EXPECT_EQ(state.heap_in_use_bytes + state.heap_free_bytes, state.heap_bytes);
            EXPECT_LE(state.top_free_bytes, state.heap_free_bytes);
        }

        TEST(MallocState, CountsALargeBlockAsMapped)
        {
            const MallocState before = read_malloc();
            void* volatile block = std::malloc(64 << 20);
            const MallocState with = read_malloc();
            std::free(block);
            EXPECT_EQ(with.mapped_blocks - before.mapped_blocks, 1);
            EXPECT_NEAR(static_cast<double>(with.mapped_bytes - before.mapped_bytes), 64 << 20, 8192);
        }

        TEST(MallocState, ATrimGivesBackWhatIsFreeInTheMiddle)
        {
            // Given 50 MB of written blocks that were freed below one that stays
            std::vector<void*> blocks(5'000);
            for (void*& block : blocks)
            {
                block = std::memset(std::malloc(10'000), 1, 10'000);
            }
            void* const last = std::malloc(10'000);
            for (void* block : blocks)
            {
                std::free(block);
            }
            EXPECT_TRUE(is_worth_trimming(read_malloc()));
            // When it is trimmed
            const Trimmed trimmed = trim_malloc();
            // Then the process is smaller, and doing it again is not advised
            EXPECT_TRUE(trimmed.released);
            EXPECT_GT(trimmed.resident_before - trimmed.resident_after, 40'000'000);
            EXPECT_EQ(trimmed.before.heap_in_use_bytes, trimmed.after.heap_in_use_bytes);
            EXPECT_FALSE(is_worth_trimming(trimmed.after));
            std::free(last);
        }
    }
}
