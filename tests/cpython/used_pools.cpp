// Tests of kernel/cpython/used_pools.cpp.
#include "cpython/used_pools.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "core/tally.hpp"
#include "core/zone.hpp"
#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        struct Block
        {
            void* address;
            std::size_t bytes;
        };

        std::size_t class_index_of(std::size_t bytes) { return (bytes - 1) / pymalloc::class_step; }

        pymalloc::PoolHeader* header_of(void* block)
        {
            return reinterpret_cast<pymalloc::PoolHeader*>(const_cast<char*>(pymalloc::pool_of(block)));
        }

        // Each pool's free list and counts agree with each other.
        bool pools_are_sound()
        {
            for (const pymalloc::Arena& arena : pymalloc::read_arenas())
            {
                for (std::size_t index = 0; index < pymalloc::pools_per_arena; ++index)
                {
                    const pymalloc::Pool& pool = arena.pools[index];
                    if (pool.state == pymalloc::PoolState::damaged ||
                        !pymalloc::live_blocks(arena.pool_address(index), pool))
                    {
                        return false;
                    }
                }
            }
            return true;
        }

        // A way in and out of the pools: the shortest, or that which also takes a pool off its list and puts it back.
        struct Way
        {
            const char* name;
            void* (*take)(std::size_t class_index);
            bool (*put)(pymalloc::PoolHeader* pool, void* block);
        };
        const Way shortest = {"shortest", used_pools::take, used_pools::put};
        const Way longer = {"longer", used_pools::take_last, used_pools::put_first};

        // Blocks made and freed by that way where it is open, otherwise by CPython.
        class Taker
        {
        public:
            explicit Taker(Way way) : way_(way) {}

            Block make(std::size_t bytes)
            {
                void* block = way_.take(class_index_of(bytes));
                ++(block != nullptr ? taken : refused_to_take);
                return {block != nullptr ? block : make_by_python(bytes), bytes};
            }

            void release(const Block& block)
            {
                if (way_.put(header_of(block.address), block.address))
                {
                    ++put;
                    return;
                }
                ++refused_to_put;
                own_.free(own_.ctx, block.address);
            }

            int taken = 0;
            int refused_to_take = 0;
            int put = 0;
            int refused_to_put = 0;

        private:
            // CPython's own allocator stands behind our hook.
            static PyMemAllocatorEx behind_the_hook()
            {
                PyMemAllocatorEx hook;
                PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &hook);
                return *static_cast<PyMemAllocatorEx*>(hook.ctx);
            }
            void* make_by_python(std::size_t bytes)
            {
                core::here().in_pymalloc = true; // it may need an arena
                void* block = own_.malloc(own_.ctx, bytes);
                core::here().in_pymalloc = false;
                return block;
            }
            Way way_;
            PyMemAllocatorEx own_ = behind_the_hook();
        };

        class UsedPoolsWays : public testing::TestWithParam<Way>
        {
        };
        INSTANTIATE_TEST_SUITE_P(Both, UsedPoolsWays, testing::Values(shortest, longer),
                                 [](const auto& way) { return std::string(way.param.name); });

        TEST(UsedPools, AreFoundInThisPython)
        {
            ASSERT_TRUE(used_pools::are_found());
            for (std::size_t index = 0; index < pymalloc::class_count; ++index)
            {
                void* block = PyObject_Malloc((index + 1) * pymalloc::class_step);
                EXPECT_EQ(header_of(block)->class_index, index);
                PyObject_Free(block);
            }
        }

        TEST_P(UsedPoolsWays, GiveBlocksThatOverlapNothingAndTakeThemBack)
        {
            // Given blocks of all sizes, filled with their own number, made and freed in random order
            std::mt19937 random(20'221'206);
            const std::int64_t blocks_before = pymalloc::read_pools().blocks;
            Taker way(GetParam());
            std::vector<Block> blocks;
            for (int step = 0; step < 200'000; ++step)
            {
                const bool makes = blocks.empty() || (step < 120'000 ? random() % 3 != 0 : random() % 3 == 0);
                if (makes)
                {
                    const Block block = way.make(1 + random() % pymalloc::largest_small);
                    std::memset(block.address, static_cast<int>(block.bytes % 251), block.bytes);
                    blocks.push_back(block);
                    continue;
                }
                std::swap(blocks[random() % blocks.size()], blocks.back());
                const Block block = blocks.back();
                const auto* content = static_cast<unsigned char*>(block.address);
                EXPECT_EQ(content[0], block.bytes % 251) << "step " << step;
                EXPECT_EQ(content[block.bytes - 1], block.bytes % 251) << "step " << step;
                way.release(block);
                blocks.pop_back();
                if (step % 20'000 == 0)
                {
                    EXPECT_TRUE(pools_are_sound());
                    EXPECT_EQ(pymalloc::read_pools().blocks, blocks_before + static_cast<std::int64_t>(blocks.size()));
                }
            }
            // Then both ways were used, for making and for freeing, and nothing is left over
            for (const Block& block : blocks)
            {
                way.release(block);
            }
            EXPECT_GT(way.taken, 50'000);
            EXPECT_GT(way.refused_to_take, 50);
            EXPECT_GT(way.put, 50'000);
            EXPECT_GT(way.refused_to_put, 50);
            EXPECT_TRUE(pools_are_sound());
            EXPECT_EQ(pymalloc::read_pools().blocks, blocks_before);
        }

        TEST(UsedPools, TheLastBlockTakesAPoolOffItsListAndTheFirstFreedPutsItBack)
        {
            constexpr std::size_t index = 30; // few have blocks of 496 bytes
            Taker way(longer);
            std::vector<Block> blocks;
            blocks.push_back(way.make(496));
            pymalloc::PoolHeader* pool = used_pools::heads[2 * index];
            while (used_pools::heads[2 * index] == pool && blocks.size() < 1000)
            {
                blocks.push_back(way.make(496));
            }
            EXPECT_EQ(pool->blocks_in_use, pymalloc::blocks_per_pool(496));
            EXPECT_EQ(pool->free_block, nullptr);
            EXPECT_EQ(header_of(blocks.back().address), pool) << "the last was still of this pool";
            for (int times = 0; times < 3; ++times)
            {
                way.release(blocks.back());
                EXPECT_EQ(used_pools::heads[2 * index], pool);
                EXPECT_FALSE(used_pools::take(index)) << "the shortest way leaves it to others";
                EXPECT_EQ(way.make(496).address, blocks.back().address);
                EXPECT_NE(used_pools::heads[2 * index], pool);
            }
            EXPECT_FALSE(used_pools::put(pool, blocks.back().address)) << "as well";
            EXPECT_TRUE(pools_are_sound());
            for (const Block& block : blocks)
            {
                way.release(block);
            }
            EXPECT_TRUE(pools_are_sound());
        }

        TEST(UsedPools, AreNotFoundBehindAnotherAllocator)
        {
            used_pools::find(std::malloc, std::free);
            EXPECT_FALSE(used_pools::are_found());
            void* block = PyObject_Malloc(24); // CPython is called instead
            EXPECT_TRUE(core::zone::in_zone(block));
            PyObject_Free(block);
            used_pools::find(PyObject_Malloc, PyObject_Free);
            EXPECT_TRUE(used_pools::are_found());
        }
    }
}
