// Tests of kernel/cpython/pymalloc.cpp: the pools' own headers and the ledger are two books of the same thing.
#include "cpython/pymalloc.hpp"

#include <gtest/gtest.h>

#include "core/zone.hpp"
#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        TEST(Pymalloc, TellsTheSizeClassOfEachSmallBlock)
        {
            for (std::size_t asked = 1; asked <= pymalloc::largest_small; ++asked)
            {
                void* block = PyObject_Malloc(asked);
                EXPECT_EQ(pymalloc::class_size_of(block), (asked + 15) / 16 * 16);
                PyObject_Free(block);
            }
        }

        TEST(Pymalloc, SeesOneBlockMoreAndLess)
        {
            const pymalloc::PoolSums before = pymalloc::read_pools();
            void* block = PyObject_Malloc(100);
            const pymalloc::PoolSums with = pymalloc::read_pools();
            PyObject_Free(block);
            const pymalloc::PoolSums after = pymalloc::read_pools();
            EXPECT_EQ(with.blocks - before.blocks, 1);
            EXPECT_EQ(with.set_aside_bytes - before.set_aside_bytes, 112);
            EXPECT_EQ(after.blocks, before.blocks);
            EXPECT_EQ(after.set_aside_bytes, before.set_aside_bytes);
        }

        struct Work
        {
            const char* name;
            const char* makes;
            const char* frees;
        };

        class PymallocBooks : public testing::TestWithParam<Work>
        {};

        TEST_P(PymallocBooks, AgreeWithTheLedger)
        {
            Notebook notebook;
            ASSERT_EQ(difference_of_books(), "");
            const core::SpanFigures made = notebook.run(GetParam().makes);
            const int maker = notebook.cell;
            EXPECT_EQ(notebook.error, "");
            EXPECT_EQ(difference_of_books(), "");
            EXPECT_GT(small_of(made).made.blocks, 100);
            notebook.run(GetParam().frees);
            EXPECT_EQ(notebook.error, "");
            EXPECT_EQ(difference_of_books(), "");
            EXPECT_LT(core::ledger::still_in_use(maker).bytes, small_of(made).made.bytes);
        }

        INSTANTIATE_TEST_SUITE_P(
            After, PymallocBooks,
            testing::Values(
                Work{"ints", "x = list(range(1_000_000))", "del x[::2]\ndel x"},
                Work{"dicts", "x = [{j: str(j) for j in range(i % 40)} for i in range(5000)]", "x = x[::7]"},
                Work{"growing_dict", "d = {}\nfor i in range(50_000): d[str(i)] = (i, i + 1)",
                     "for i in range(0, 50_000, 3): del d[str(i)]\nd = dict(d)"},
                Work{"classes",
                     "x = [type('C' + str(i), (), {'a': i, 'f': lambda self: self.a}) for i in range(500)]\ny = [c() for c "
                     "in x]\n"
                     "z = [c.f() for c in y]",
                     "import gc\ndel x, y, z, \ngc.collect()"},
                Work{"strings",
                     "x = [c * n for c in 'a\\u00e9\\u4e2d\\U0001f40d' for n in range(400)]\ny = [s + 'z' for s in x]\n"
                     "z = ''\nfor s in x: z += s[:3]",
                     "del x\ny = y[::5]"},
                Work{"bytearrays",
                     "x = [bytearray(n) for n in range(600)]\n"
                     "for b in x:\n    for _ in range(30): b += b'12345'\n",
                     "for b in x:\n    while len(b) > 20: del b[-7:]\n"},
                Work{"lists",
                     "x = [[] for _ in range(500)]\nfor n, l in enumerate(x):\n    for i in range(n): l.append(i)\n",
                     "for l in x:\n    while len(l) > 3: l.pop()\n"},
                Work{"exceptions",
                     "x = []\nfor i in range(2000):\n    try: {}[str(i)]\n    except KeyError as e: x.append(e)\n",
                     "del x, i"},
                Work{"cycles", "x = []\nfor i in range(3000):\n    a = [i]; b = {'a': a}; a.append(b); x.append(a)\n",
                     "import gc\ndel x, a, b\ngc.collect()"},
                Work{"generators", "x = [(i for i in range(3)) for _ in range(2000)]\nfor g in x: next(g)\n",
                     "del g\ndel x"}),
            [](const auto& info) { return std::string(info.param.name); });

        TEST(Pymalloc, CountsChunksOfTheFramesStackApart)
        {
            Notebook notebook;
            const std::int64_t before = pymalloc::read_pools().frame_chunk_bytes;
            ASSERT_EQ(notebook.run_as_tutor("import sys\nsys.setrecursionlimit(60_000)"), "");
            notebook.run("def deep(n):\n    return deep(n - 1) if n else read_books()\ndifference, chunks = deep(50_000)");
            EXPECT_EQ(notebook.error, "");
            EXPECT_STREQ(PyUnicode_AsUTF8(notebook.get("difference")), "");
            EXPECT_GT(PyLong_AsLongLong(notebook.get("chunks")) - before, 50'000 * 50) << "a frame is more than 50 bytes";
            EXPECT_EQ(pymalloc::read_pools().frame_chunk_bytes, before) << "they go with the frames";
            EXPECT_EQ(difference_of_books(), "");
            ASSERT_EQ(notebook.run_as_tutor("sys.setrecursionlimit(1000)"), "");
        }

        TEST(Pymalloc, GivesArenasBack)
        {
            Notebook notebook;
            const std::int64_t arenas = pymalloc::read_pools().arenas;
            notebook.run("x = list(range(1_000_000))");
            const std::size_t mapped = core::zone::mapped_bytes();
            const std::int64_t more = pymalloc::read_pools().arenas;
            EXPECT_GE(more - arenas, 25);
            notebook.run("del x");
            EXPECT_LE(core::zone::mapped_bytes(), mapped - 25'000'000);
            EXPECT_LE(pymalloc::read_pools().arenas, more - 25);
            EXPECT_EQ(difference_of_books(), "");
        }

        TEST(Pymalloc, LeavesLargeBlocksToMalloc)
        {
            Notebook notebook;
            notebook.run("x = None");
            const core::SpanFigures figures = notebook.run("x = bytes(10_000_000)");
            EXPECT_EQ(large_of(figures).kept().bytes, 10'000'033);
            EXPECT_EQ(large_of(figures).kept().blocks, 1);
            EXPECT_EQ(small_of(figures).kept().blocks, 0);
            EXPECT_EQ(figures.peak_bytes, 10'000'033);
            const int first = notebook.cell;
            const core::SpanFigures again = notebook.run("x = bytes(10_000_000)");
            EXPECT_EQ(large_of(again).kept().bytes, 10'000'033);
            EXPECT_EQ(again.freed_earlier_by_cell, (std::map<int, std::int64_t>{{first, 10'000'033}}));
            EXPECT_EQ(again.peak_bytes, 10'000'033) << "the old one goes when the new one is there";
        }
    }
}
