// Tests of kernel/cpython/pymalloc.cpp: the pools' own headers and the ledger are two books of the same thing.
#include "cpython/pymalloc.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <set>

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

        // A pool made by hand, as CPython lays one out; its free list is what a test says.
        class HandMadePool : public testing::Test
        {
        protected:
            static constexpr std::uint32_t class_bytes = 64;
            static constexpr std::uint32_t capacity = (16384 - 48) / 64;

            HandMadePool()
                : memory_(static_cast<char*>(std::aligned_alloc(pymalloc::pool_size, pymalloc::pool_size)), std::free)
            {
                std::fill_n(memory_.get(), pymalloc::pool_size, '\0');
            }

            pymalloc::PoolHeader& header() { return *reinterpret_cast<pymalloc::PoolHeader*>(memory_.get()); }
            char* block(std::uint32_t place) { return memory_.get() + 48 + place * class_bytes; }
            pymalloc::Pool read() { return pymalloc::read_pool(memory_.get()); }
            std::optional<pymalloc::BlockSet> live() { return pymalloc::live_blocks(memory_.get(), read()); }

            // With the first carved blocks handed out once, and these of them free now.
            void fill(std::uint32_t carved, const std::vector<std::uint32_t>& free)
            {
                header().class_index = class_bytes / 16 - 1;
                header().max_next_offset = 16384 - class_bytes;
                header().next_offset = 48 + carved * class_bytes;
                header().blocks_in_use = carved - static_cast<std::uint32_t>(free.size());
                void** link = &header().free_block;
                for (const std::uint32_t place : free)
                {
                    *link = block(place);
                    link = reinterpret_cast<void**>(block(place));
                }
                *link = nullptr;
            }

        private:
            std::unique_ptr<char, void (*)(void*)> memory_;
        };

        TEST_F(HandMadePool, NeverUsed)
        {
            EXPECT_EQ(read().state, pymalloc::PoolState::never_used);
            EXPECT_EQ(live()->count(), 0u);
        }

        TEST_F(HandMadePool, GivenBackKeepsItsClass)
        {
            fill(2, {0, 1});
            EXPECT_EQ(read().state, pymalloc::PoolState::given_back);
            EXPECT_EQ(read().class_bytes, class_bytes);
            EXPECT_EQ(live()->count(), 0u);
        }

        TEST_F(HandMadePool, PartlyUsed)
        {
            fill(10, {3, 0, 7});
            const pymalloc::Pool pool = read();
            EXPECT_EQ(pool.state, pymalloc::PoolState::partly_used);
            EXPECT_EQ(pool.blocks_in_use, 7);
            EXPECT_EQ(pool.capacity, capacity);
            EXPECT_EQ(pool.used_bytes(), 7 * 64);
            const auto blocks = live();
            ASSERT_TRUE(blocks);
            std::set<std::size_t> places;
            for_each_bit(blocks->as_words().data(), pymalloc::BlockSet::words,
                                   [&](std::size_t granule) { places.insert((granule * 16 - 48) / 64); });
            EXPECT_EQ(places, (std::set<std::size_t>{1, 2, 4, 5, 6, 8, 9}));
        }

        TEST_F(HandMadePool, Full)
        {
            fill(capacity, {});
            EXPECT_EQ(read().state, pymalloc::PoolState::full);
            EXPECT_EQ(live()->count(), capacity);
        }

        TEST_F(HandMadePool, TellsTheBlockThatAnAddressLiesIn)
        {
            fill(capacity, {});
            const char* pool = block(0) - 48;
            EXPECT_EQ(pymalloc::block_at(pool, read(), block(0) - 1), nullptr) << "the header";
            EXPECT_EQ(pymalloc::block_at(pool, read(), block(3)), block(3));
            EXPECT_EQ(pymalloc::block_at(pool, read(), block(3) + 63), block(3));
            EXPECT_EQ(pymalloc::block_at(pool, read(), block(capacity - 1) + 63), block(capacity - 1));
            EXPECT_EQ(pymalloc::block_at(pool, read(), block(capacity)), nullptr) << "too small for one more";
        }

        TEST_F(HandMadePool, WrittenOverInItsHeaderIsDamaged)
        {
            fill(10, {});
            header().class_index = 32;
            EXPECT_EQ(read().state, pymalloc::PoolState::damaged);
            fill(10, {});
            header().blocks_in_use = capacity + 1;
            EXPECT_EQ(read().state, pymalloc::PoolState::damaged);
            fill(10, {});
            header().max_next_offset = 0;
            EXPECT_EQ(read().state, pymalloc::PoolState::damaged);
            for (std::uint32_t offset : {0u, 49u, 16384u + 64, 0xFFFFFFFFu})
            {
                fill(10, {});
                header().next_offset = offset;
                EXPECT_FALSE(live()) << offset;
            }
            fill(10, {});
            header().max_next_offset = 5;
            EXPECT_FALSE(live());
        }

        TEST_F(HandMadePool, AFreeListThatLeadsElsewhereIsNotFollowed)
        {
            const auto leads_to = [&](void* next)
            {
                fill(10, {3, 5});
                *reinterpret_cast<void**>(block(3)) = next;
                return live();
            };
            EXPECT_TRUE(leads_to(block(5)));
            EXPECT_FALSE(leads_to(block(3))) << "a ring";
            EXPECT_FALSE(leads_to(block(5) + 1)) << "within a block";
            EXPECT_FALSE(leads_to(block(10))) << "never carved";
            EXPECT_FALSE(leads_to(block(0) - 48)) << "the header";
            EXPECT_FALSE(leads_to(block(0) + 16384)) << "another pool";
            EXPECT_FALSE(leads_to(reinterpret_cast<void*>(8)));
            EXPECT_FALSE(leads_to(reinterpret_cast<void*>(~std::uintptr_t{0})));
            EXPECT_FALSE(leads_to(nullptr)) << "too short";
        }

        // The reading of all arenas must add up to what the system gave, to the byte.
        void expect_it_adds_up()
        {
            const pymalloc::PoolSums sums = pymalloc::read_pools();
            const auto arenas = pymalloc::read_arenas();
            EXPECT_EQ(sums.damaged_pools, 0);
            EXPECT_EQ(sums.arenas, core::zone::counts(core::zone::Use::arena).held());
            EXPECT_EQ(sums.arenas, static_cast<std::int64_t>(arenas.size()));
            EXPECT_EQ(sums.set_aside_bytes + sums.free_block_bytes + sums.unused_pool_bytes() + sums.pool_header_bytes() +
                          sums.end_of_pool_bytes,
                      sums.arena_bytes());
            std::int64_t blocks = 0, bytes = 0, live = 0;
            for (const pymalloc::Arena& arena : arenas)
            {
                blocks += arena.blocks_in_use();
                bytes += arena.used_bytes();
                for (std::size_t index = 0; index < pymalloc::pools_per_arena; ++index)
                {
                    EXPECT_TRUE(pymalloc::for_each_live_block(arena, index, [&](const char*) { ++live; }));
                }
            }
            EXPECT_EQ(blocks, sums.blocks);
            EXPECT_EQ(live, sums.blocks);
            EXPECT_EQ(bytes, sums.set_aside_bytes);
            const pymalloc::Rounding rounding = pymalloc::read_rounding(arenas);
            EXPECT_TRUE(rounding.exact);
            std::int64_t slack = 0;
            for (const std::int64_t class_slack : rounding.bytes)
            {
                slack += class_slack;
            }
            EXPECT_EQ(slack, core::ledger::in_use(core::Origin::python_small).slack);
        }

        TEST(Pymalloc, AddsUpToWhatTheSystemGave)
        {
            Notebook notebook;
            expect_it_adds_up();
            notebook.run("x = list(range(1_000_000))\ny = [str(i) * (i % 40) for i in range(100_000)]");
            expect_it_adds_up();
            notebook.run("x = x[::2000]\ndel y[::3]");
            expect_it_adds_up();
            notebook.run("del x, y");
            expect_it_adds_up();
        }

        TEST(Pymalloc, KnowsEachBlockInUse)
        {
            std::vector<void*> blocks(5'000);
            for (void*& block : blocks)
            {
                block = PyObject_Malloc(40);
            }
            for (std::size_t index = 0; index < blocks.size(); index += 2)
            {
                PyObject_Free(blocks[index]);
            }
            std::set<const void*> live;
            for (const pymalloc::Arena& arena : pymalloc::read_arenas())
            {
                for (std::size_t index = 0; index < pymalloc::pools_per_arena; ++index)
                {
                    pymalloc::for_each_live_block(arena, index, [&](const char* block) { live.insert(block); });
                }
            }
            for (std::size_t index = 0; index < blocks.size(); ++index)
            {
                EXPECT_EQ(live.count(blocks[index]), index % 2) << index;
            }
            for (std::size_t index = 1; index < blocks.size(); index += 2)
            {
                PyObject_Free(blocks[index]);
            }
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
