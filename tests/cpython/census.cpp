// Tests of kernel/cpython/census.cpp, and of heap_graph.cpp below it: planted objects are counted to the byte, by type and by cell, and
// all blocks of the pools are accounted for.
#include "cpython/census.hpp"

#include <gtest/gtest.h>

#include "core/makers.hpp"
#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        Census take()
        {
            const core::TutorScope scope;
            return *take_census([] { return true; });
        }

        Amounts of_cell(const ByMaker& by_maker, int cell)
        {
            Amounts sum;
            for (const auto& [maker, amounts] : by_maker)
            {
                sum += core::is_learner(maker) && core::makers::cell_of(maker) == cell ? amounts : Amounts{};
            }
            return sum;
        }

        Amounts of(const std::vector<Census::Type>& types, const std::string& name)
        {
            Amounts sum;
            for (const Census::Type& type : types)
            {
                for (const auto& [maker, amounts] : type.by_maker)
                {
                    sum += type.type->tp_name == name ? amounts : Amounts{};
                }
            }
            return sum;
        }

        Amounts of(const std::vector<Census::Type>& types, const std::string& name, int cell)
        {
            Amounts sum;
            for (const Census::Type& type : types)
            {
                sum += type.type->tp_name == name ? of_cell(type.by_maker, cell) : Amounts{};
            }
            return sum;
        }

        struct Planted
        {
            const char* name;
            const char* type;
            const char* makes; // in a cell of its own
            std::int64_t count;
            std::int64_t bytes;
        };

        class CensusOf : public testing::TestWithParam<Planted>
        {};

        TEST_P(CensusOf, PlantedObjectsToTheByte)
        {
            Notebook notebook;
            notebook.run("import gc, collections, array\n"
                         "class Node:\n    def __init__(self, n): self.n = None\n"
                         "class Slim:\n    __slots__ = ('n',)\n"
                         "x = [Node(n) for n in range(100)]"); // room for attributes becomes less with the first instances
            notebook.run("del x");
            notebook.run("gc.collect()");
            // Of all makers: a block from a free list keeps the one that it had.
            const Amounts before = of(take().types, GetParam().type);
            notebook.run(GetParam().makes);
            ASSERT_EQ(notebook.error, "");
            const Amounts after = of(take().types, GetParam().type);
            EXPECT_EQ(after.count - before.count, GetParam().count);
            EXPECT_EQ(after.bytes - before.bytes, GetParam().bytes);
            notebook.run("del x");
        }

        INSTANTIATE_TEST_SUITE_P(
            , CensusOf,
            testing::Values(Planted{"Ints", "int", "x = [*range(1000, 2000)]", 1000, 32'000},
                            Planted{"Floats", "float", "x = [n + 0.5 for n in range(1000)]", 1000, 24'000},
                            Planted{"Strings", "str", "x = ['%05d' % n for n in range(1000)]", 1000, 54'000},
                            Planted{"Bytes", "bytes", "x = bytes(10_000)", 1, 10'033},
                            Planted{"Instances", "Node", "x = [Node(n) for n in range(1000)]", 1000, 1000 * (56 + 24)},
                            Planted{"Slots", "Slim", "x = [Slim() for n in range(1000)]", 1000, 1000 * (16 + 24)},
                            Planted{"UntrackedTuples", "tuple", "x = [(n, n) for n in range(1000)]\ngc.collect()", 1000,
                                    1000 * (16 + 40)},
                            Planted{"Bytearray", "bytearray", "x = bytearray(5000)", 1, 56 + 5001},
                            Planted{"Array", "array.array", "x = array.array('d', [1]) * 1000", 1, 80 + 8000},
                            Planted{"Deque", "collections.deque", "x = collections.deque(range(64))", 1, 216 + 16 + 2 * 528}),
            [](const auto& info) { return std::string(info.param.name); });

        TEST(Census, AccountsForEachBlockOfThePools)
        {
            Notebook notebook;
            notebook.run("x = [{n: str(n)} for n in range(1000)]");
            const core::TutorScope scope;
            const std::int64_t blocks = pymalloc::read_pools().blocks;
            const Census census = take();
            // A block is an object's own, one that it owns, or in one of the rows that count blocks.
            const core::Amount booked = core::ledger::booked(core::Origin::python_small);
            EXPECT_EQ(booked.blocks, blocks);
            std::int64_t bytes = 0;
            const auto add = [&](const ByMaker& by_maker)
            {
                for (const auto& [maker, amounts] : by_maker)
                {
                    bytes += amounts.bytes;
                }
            };
            for (const auto* types : {&census.types, &census.by_scan_only})
            {
                for (const Census::Type& type : *types)
                {
                    add(type.by_maker);
                }
            }
            for (const ByMaker* rows : {&census.key_tables, &census.free_lists, &census.unclassified_small})
            {
                add(*rows);
            }
            for (const auto& [maker, amounts] : census.known_large)
            {
                bytes -= amounts.bytes;
            }
            EXPECT_EQ(bytes, booked.bytes);
            EXPECT_EQ(census.unreadable_pools, 0);
            notebook.run("del x");
        }

        TEST(Census, WhatOnlyLiesInAPoolIsToldApartAndABufferIsNoObject)
        {
            // Given buffers that look like the start of an int: a bytearray's, which it claims, and some of C code's, which nobody
            // does
            Notebook notebook;
            notebook.run("import ctypes\nlooks = (1).to_bytes(8, 'little') + id(int).to_bytes(8, 'little') + bytes(16)");
            notebook.run("x = [bytearray(looks) for _ in range(500)]");
            const int bytearrays = notebook.cell;
            notebook.run("api = ctypes.pythonapi\napi.PyMem_Malloc.restype = ctypes.c_void_p\n"
                         "api.PyMem_Malloc.argtypes = [ctypes.c_size_t]\n");
            notebook.run("y = [api.PyMem_Malloc(len(looks)) for _ in range(300)]\n"
                         "for each in y: ctypes.memmove(each, looks, len(looks))");
            ASSERT_EQ(notebook.error, "");
            const int buffers = notebook.cell;
            const Census census = take();
            EXPECT_EQ(of(census.types, "bytearray", bytearrays).count, 500);
            EXPECT_EQ(of(census.types, "int", bytearrays).count, 0);
            EXPECT_EQ(of(census.by_scan_only, "int", bytearrays).count, 0);
            EXPECT_EQ(of(census.by_scan_only, "int", buffers).count, 300);
            EXPECT_EQ(of(census.by_scan_only, "int", buffers).bytes, 300 * 32);
            notebook.run("api.PyMem_Free.argtypes = [ctypes.c_void_p]\nfor each in y: api.PyMem_Free(each)\ndel x, y");
            EXPECT_EQ(of(take().by_scan_only, "int", buffers).count, 0);
        }

        TEST(Census, LeavesTheHeapAsItWas)
        {
            Notebook notebook;
            notebook.run("x = [[n] for n in range(1000)]");
            const core::Amount before = core::ledger::booked(core::Origin::python_small);
            take();
            const core::Amount after = core::ledger::booked(core::Origin::python_small);
            EXPECT_EQ(after.blocks, before.blocks);
            EXPECT_EQ(after.bytes, before.bytes);
            notebook.run("del x");
        }

        TEST(Census, EndsWhereItIsStopped)
        {
            Notebook notebook;
            notebook.run("x = [[] for n in range(50_000)]");
            {
                const core::TutorScope scope;
                EXPECT_FALSE(take_census([] { return false; }));
            }
            notebook.run("del x");
        }
    }
}
