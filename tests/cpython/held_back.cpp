// Tests of kernel/cpython/held_back.cpp: planted objects that hold arenas back are found, with their type and cell.
#include "cpython/held_back.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/makers.hpp"
#include "core/zone.hpp"
#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        HeldBack find()
        {
            const core::TutorScope scope;
            return *find_held_back(pymalloc::read_arenas(), [] { return true; });
        }

        // Of one type and one cell.
        std::int64_t blocks_of(const HeldBack& held, const std::string& type, int cell, Pins::Kind kind = Pins::Kind::object)
        {
            std::int64_t blocks = 0;
            for (const Pins& pins : held.pins)
            {
                blocks += pins.kind == kind && pins.type == type && core::is_learner(pins.maker) &&
                                  core::makers::cell_of(pins.maker) == cell
                              ? pins.blocks
                              : 0;
            }
            return blocks;
        }

        // How many objects of a list lie in arenas that are held back: what find() has to find.
        std::int64_t expected_of(PyObject* list)
        {
            std::set<std::uintptr_t> held;
            for (const pymalloc::Arena& arena : pymalloc::read_arenas())
            {
                if (is_held_back(arena))
                {
                    held.insert(reinterpret_cast<std::uintptr_t>(arena.address));
                }
            }
            std::int64_t objects = 0;
            for (Py_ssize_t index = 0; index < PyList_GET_SIZE(list); ++index)
            {
                const auto address = reinterpret_cast<std::uintptr_t>(PyList_GET_ITEM(list, index));
                objects += static_cast<std::int64_t>(held.count(address & ~(pymalloc::arena_size - 1)));
            }
            return objects;
        }

        struct Planted
        {
            const char* name;
            const char* type;
            const char* makes; // x, a long list
        };

        class HeldBackBy : public testing::TestWithParam<Planted>
        {};

        TEST_P(HeldBackBy, ObjectsOfAKnownTypeAndCell)
        {
            Notebook notebook;
            notebook.run("import gc");
            notebook.run(GetParam().makes);
            ASSERT_EQ(notebook.error, "");
            const int maker = notebook.cell;
            // The first ones may be from a free list: such a block keeps the maker that it had before.
            notebook.run("kept = x[1000::5000]\ndel x\ngc.collect()");
            ASSERT_EQ(notebook.error, "");

            const std::int64_t expected = expected_of(notebook.get("kept"));
            const HeldBack held = find();

            EXPECT_GT(expected, 20);
            EXPECT_EQ(blocks_of(held, GetParam().type, maker), expected);
            EXPECT_EQ(held.unreadable_pools, 0);
            std::int64_t blocks = 0;
            std::int64_t objects = 0;
            for (const Pins& pins : held.pins)
            {
                blocks += pins.blocks;
                objects += pins.kind == Pins::Kind::object ? pins.blocks : 0;
            }
            EXPECT_EQ(blocks, held.blocks);
            EXPECT_EQ(objects, held.objects);
            notebook.run("del kept\ngc.collect()");
            EXPECT_EQ(blocks_of(find(), GetParam().type, maker), 0);
        }

        INSTANTIATE_TEST_SUITE_P(, HeldBackBy,
                                 testing::Values(Planted{"Ints", "int", "x = list(range(10**6, 10**6 + 500_000))"},
                                                 Planted{"Floats", "float", "x = [i + 0.5 for i in range(500_000)]"},
                                                 Planted{"Instances", "Node",
                                                         "class Node:\n    def __init__(self, i): self.i = i\n"
                                                         "x = [Node(i) for i in range(200_000)]"},
                                                 Planted{"InstancesWithSlots", "Slim",
                                                         "class Slim:\n    __slots__ = ('i',)\n"
                                                         "x = [Slim() for i in range(200_000)]"},
                                                 Planted{"Lists", "list", "x = [[] for i in range(200_000)]"},
                                                 Planted{"EmptyDicts", "dict", "x = [{} for i in range(200_000)]"},
                                                 Planted{"Strings", "str", "x = [str(i) for i in range(200_000)]"}),
                                 [](const auto& info) { return std::string(info.param.name); });

        TEST(HeldBack, FindsWhatOnlyAnUntrackedContainerHolds)
        {
            // Given floats in a tuple in a tuple, and in a dict, none of which the collector tracks any more
            Notebook notebook;
            notebook.run("import gc\nx = [i + 0.5 for i in range(500_000)]\n");
            const int maker = notebook.cell;
            notebook.run("t = (tuple(x[::5000]), 1)\nd = {i: f for i, f in enumerate(x[7::5000])}\n"
                         "both = list(t[0]) + list(d.values())\ndel x\ngc.collect(), gc.collect()\n"
                         "untracked = not gc.is_tracked(t) and not gc.is_tracked(d)");
            ASSERT_EQ(notebook.error, "");
            ASSERT_EQ(notebook.get("untracked"), Py_True);
            const std::int64_t expected = expected_of(notebook.get("both"));
            notebook.run("del both");
            EXPECT_GT(expected, 20);
            EXPECT_EQ(blocks_of(find(), "float", maker), expected);
            notebook.run("del t, d");
        }

        TEST(HeldBack, FindsTheConstantsOfCode)
        {
            Notebook notebook;
            notebook.run("names = ', '.join(f'\"a b {i}\"' for i in range(200))\n"
                         "pad = [f'a c {i}' for i in range(150_000)]\n"
                         "f = compile('x = [' + names + ']', 'f', 'exec')\n"
                         "pad += [f'a d {i}' for i in range(150_000)]");
            const int maker = notebook.cell;
            notebook.run("del pad\nconstants = list(f.co_consts[0])");
            ASSERT_EQ(notebook.error, "");
            const std::int64_t expected = expected_of(notebook.get("constants"));
            notebook.run("del constants");
            EXPECT_GT(expected, 100);
            EXPECT_GE(blocks_of(find(), "str", maker), expected);
            notebook.run("del f");
        }

        // Each of a hundred kept objects has one block beside its own.
        class HeldBackByPartsOf : public testing::TestWithParam<Planted>
        {};

        TEST_P(HeldBackByPartsOf, ObjectsOfAKnownTypeAndCell)
        {
            Notebook notebook;
            notebook.run(GetParam().makes);
            ASSERT_EQ(notebook.error, "");
            const int maker = notebook.cell;
            notebook.run("import gc\nkept = x[::2000]\ndel x\ngc.collect()");
            const HeldBack held = find();
            const std::int64_t parts = blocks_of(held, GetParam().type, maker, Pins::Kind::part);
            EXPECT_GT(parts, 50);
            EXPECT_LE(parts, 100);
            EXPECT_LT(blocks_of(held, "", maker, Pins::Kind::unknown), 5);
            notebook.run("del kept");
        }

        INSTANTIATE_TEST_SUITE_P(, HeldBackByPartsOf,
                                 testing::Values(Planted{"Lists", "list", "x = [[i] for i in range(200_000)]"},
                                                 Planted{"Dicts", "dict", "x = [{i: None} for i in range(200_000)]"},
                                                 Planted{"Bytearrays", "bytearray",
                                                         "x = [bytearray(100) for i in range(200_000)]"},
                                                 Planted{"Instances", "Node",
                                                         "class Node:\n    def __init__(self): self.i = self.j = None\n"
                                                         "x = [Node() for i in range(200_000)]"}),
                                 [](const auto& info) { return std::string(info.param.name); });

        TEST(HeldBack, FindsTheKeysOfDictsThatAreStrings)
        {
            Notebook notebook;
            notebook.run("import gc\nx = ['key ' + str(i) for i in range(2)]"); // what the first cell of all keeps is not looked at
            notebook.run("x = ['key ' + str(i) for i in range(200_000)]");
            const int maker = notebook.cell;
            notebook.run("both = x[::2000]\nd = dict.fromkeys(both)\ndel x\ngc.collect()");
            const std::int64_t expected = expected_of(notebook.get("both"));
            notebook.run("del both");
            EXPECT_GT(expected, 20);
            EXPECT_EQ(blocks_of(find(), "str", maker), expected);
            notebook.run("del d");
        }

        TEST(HeldBack, KnowsPythonsFreeLists)
        {
            Notebook notebook;
            notebook.run("import gc\ngc.collect()\nx = [i + 0.5 for i in range(500_000)]\n"
                         "above = [bytes(40) for i in range(100_000)]");
            const int maker = notebook.cell;
            notebook.run("del x, above"); // a hundred of them stay for the next floats
            EXPECT_GT(blocks_of(find(), "", maker, Pins::Kind::free_list), 50);
            notebook.run("gc.collect()");
            EXPECT_EQ(blocks_of(find(), "", maker, Pins::Kind::free_list), 0);
        }

        TEST(HeldBack, FindsWhatGcWasToldToLeaveOut)
        {
            Notebook notebook;
            notebook.run("import gc\nclass Frozen: pass\nx = [Frozen() for i in range(200_000)]");
            const int maker = notebook.cell;
            notebook.run("kept = x[::5000]\ndel x\ngc.freeze()");
            const std::int64_t expected = expected_of(notebook.get("kept"));
            EXPECT_GT(expected, 5);
            EXPECT_EQ(blocks_of(find(), "Frozen", maker), expected);
            notebook.run("gc.unfreeze()\ndel kept");
        }

        TEST(HeldBack, ABlockThatIsNoObjectIsNotTakenForOne)
        {
            // Given buffers whose bytes look like the start of an int: a count of references and a type
            Notebook notebook;
            notebook.run("import gc\nlooks = (1).to_bytes(8, 'little') + id(int).to_bytes(8, 'little') + bytes(16)\n"
                         "x = [bytearray(looks * 10) for i in range(60_000)]");
            const int maker = notebook.cell;
            notebook.run("kept = x[::600]\ndel x\ngc.collect()");
            ASSERT_EQ(notebook.error, "");
            const HeldBack held = find();
            EXPECT_GT(blocks_of(held, "bytearray", maker, Pins::Kind::part), 50);
            EXPECT_EQ(blocks_of(held, "int", maker), 0);
            notebook.run("del kept");
        }

        TEST(HeldBack, TheArenaThatIsBeingFilledIsNotHeldBack)
        {
            pymalloc::Arena arena;
            for (pymalloc::Pool& pool : arena.pools)
            {
                pool.state = pymalloc::PoolState::given_back;
            }
            arena.pools[0] = {pymalloc::PoolState::partly_used, 64, 10, 255};
            EXPECT_TRUE(is_held_back(arena));
            arena.pools[0].blocks_in_use = 0;
            arena.pools[0].state = pymalloc::PoolState::given_back;
            EXPECT_FALSE(is_held_back(arena)) << "nothing holds it: Python keeps one in hand";
            arena.pools[0] = {pymalloc::PoolState::partly_used, 64, 10, 255};
            arena.pools[63].state = pymalloc::PoolState::never_used;
            EXPECT_FALSE(is_held_back(arena));
            arena.pools[63].state = pymalloc::PoolState::given_back;
            for (std::size_t index = 0; index < 6; ++index)
            {
                arena.pools[index] = {pymalloc::PoolState::full, 64, 255, 255};
            }
            EXPECT_TRUE(is_held_back(arena)) << "six of 64 pools are less than a tenth";
            arena.pools[6] = {pymalloc::PoolState::full, 64, 255, 255};
            EXPECT_FALSE(is_held_back(arena));
        }

        TEST(HeldBack, StopsWhenItIsToldTo)
        {
            Notebook notebook;
            notebook.run("x = [[] for i in range(300_000)]\nkept = x[::5000]\nx = [[] for i in range(100_000)]");
            int asked = 0;
            const core::TutorScope scope;
            EXPECT_FALSE(find_held_back(pymalloc::read_arenas(), [&] { return ++asked < 2; }));
            EXPECT_EQ(asked, 2);
        }

        TEST(HeldBack, LeavesPythonsHeapAsItWas)
        {
            Notebook notebook;
            notebook.run("x = list(range(500_000))[::2000]");
            const pymalloc::PoolSums before = pymalloc::read_pools();
            EXPECT_GT(find().objects, 0);
            const pymalloc::PoolSums after = pymalloc::read_pools();
            EXPECT_EQ(after.blocks, before.blocks);
            EXPECT_EQ(after.set_aside_bytes, before.set_aside_bytes);
            EXPECT_EQ(after.arenas, before.arenas);
        }
    }
}
