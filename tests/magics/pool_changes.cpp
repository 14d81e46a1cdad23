// Tests of magics/pool_changes.cpp: what cells did to the pools.
#include "magics/pool_changes.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "cpython/python.hpp"

namespace xmemory::magics
{
    namespace
    {
        using cpython::Ref;

        PoolChange::Class of(const PoolChange& change, int class_bytes)
        {
            const auto found = std::find_if(change.classes.begin(), change.classes.end(),
                                            [&](const auto& each) { return each.class_bytes == class_bytes; });
            return found == change.classes.end() ? PoolChange::Class{class_bytes} : *found;
        }

        TEST(PoolChanges, OfACellThatDoesNothingAreNone)
        {
            PoolChanges changes;
            changes.begin_cell();
            const PoolChange change = changes.end_cell(1);
            EXPECT_EQ(change.cell, 1);
            EXPECT_EQ(change.arenas_mapped + change.arenas_unmapped, 0);
            EXPECT_EQ(change.arenas_at_end, core::zone::counts(core::zone::Use::arena).held());
            EXPECT_TRUE(change.classes.empty());
        }

        TEST(PoolChanges, AreThoseOfTheClassThatChanged)
        {
            PoolChanges changes;
            std::vector<void*> blocks(1'000'000);
            changes.begin_cell();
            std::generate(blocks.begin(), blocks.end(), [] { return PyObject_Malloc(30); });
            const PoolChange made = changes.end_cell(1);
            changes.begin_cell();
            std::for_each(blocks.begin(), blocks.end(), PyObject_Free);
            const PoolChange freed = changes.end_cell(2);

            EXPECT_EQ(made.classes.size(), 1u);
            EXPECT_EQ(of(made, 32).blocks_in_use, 1'000'000);
            EXPECT_EQ(made.blocks_in_use, 1'000'000);
            EXPECT_EQ(made.set_aside_bytes, 32'000'000);
            EXPECT_NEAR(static_cast<double>(of(made, 32).pools), 1'000'000 / 510.0, 2);
            EXPECT_EQ(made.pools_in_use, of(made, 32).pools);
            EXPECT_GE(made.arenas_mapped, 29);
            EXPECT_EQ(made.arenas_unmapped, 0);
            EXPECT_EQ(of(freed, 32).blocks_in_use, -1'000'000);
            EXPECT_EQ(of(freed, 32).pools, -of(made, 32).pools);
            EXPECT_EQ(freed.arenas_mapped, 0);
            EXPECT_GE(freed.arenas_unmapped, 28);
            EXPECT_EQ(freed.arenas_at_end, made.arenas_at_end - freed.arenas_unmapped);
        }

        TEST(PoolChanges, CountAnArenaThatCameAndWentWithinTheCell)
        {
            PoolChanges changes;
            std::vector<void*> blocks(1'000'000);
            changes.begin_cell();
            std::generate(blocks.begin(), blocks.end(), [] { return PyObject_Malloc(30); });
            std::for_each(blocks.begin(), blocks.end(), PyObject_Free);
            const PoolChange change = changes.end_cell(1);
            EXPECT_GE(change.arenas_mapped, 29);
            EXPECT_GE(change.arenas_unmapped, 28);
            EXPECT_TRUE(change.classes.empty());
        }

        TEST(PoolChanges, AreKeptForAThousandCells)
        {
            PoolChanges changes;
            EXPECT_EQ(changes.oldest(), 0);
            for (int cell = 1; cell <= 1005; ++cell)
            {
                changes.begin_cell();
                changes.end_cell(cell);
            }
            EXPECT_EQ(changes.oldest(), 6);
            EXPECT_EQ(changes.find(5), nullptr);
            ASSERT_NE(changes.find(6), nullptr);
            EXPECT_EQ(changes.find(6)->cell, 6);
            EXPECT_EQ(changes.find(1006), nullptr);
        }

        TEST(PoolChanges, OfASilentRequestAreNotKept)
        {
            PoolChanges changes;
            changes.begin_cell();
            changes.end_cell(0);
            EXPECT_EQ(changes.find(0), nullptr);
        }
    }
}
