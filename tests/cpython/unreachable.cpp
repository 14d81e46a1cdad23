// Tests of kernel/cpython/unreachable.cpp: what it finds is what a collection then collects, and looking changes nothing.
#include "cpython/unreachable.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/ledger.hpp"
#include "cpython/block.hpp"
#include "cpython/cycles.hpp"
#include "cpython/dying.hpp"
#include "cpython/free_lists.h"
#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        struct Graph
        {
            const char* name;
            const char* code;
            std::size_t unreachable;
            std::size_t cycles;
            std::size_t largest; // members of the largest cycle
        };

        const Graph graphs[] = {
            {"nothing", "pass", 0, 0, 0},
            {"a_list_in_itself", "a = []; a.append(a); del a", 1, 1, 1},
            {"two_lists", "a = []; b = [a]; a.append(b); del a, b", 2, 1, 2},
            {"one_that_hangs_on", "a = []; a += [a, [[]]]; del a", 3, 1, 1},
            {"two_cycles_chained", "a = []; b = []; a += [a, b]; b.append(b); del a, b", 2, 2, 1},
            {"held_by_something_alive", "keep = []; a = [keep]; a.append(a); del a", 1, 1, 1},
            {"a_ring",
             "ring = [[] for _ in range(5000)]\nfor a, b in zip(ring, ring[1:] + ring[:1]): a.append(b)\n"
             "del ring, a, b",
             5000, 1, 5000},
            {"a_chain_on_a_cycle", "a = []; a.append(a)\nb = a\nfor _ in range(5000): b.append([]); b = b[-1]\ndel a, b",
             5001, 1, 1},
            {"a_figure_of_eight", "a, b, c = [], [], []\na += [b, c]; b.append(a); c.append(a)\ndel a, b, c", 3, 1, 3},
            {"an_instance", "class C: pass\na = C(); a.me = a; del a", 1, 1, 1},
            {"an_instance_with_a_dict", "class D: pass\na = D(); a.me = a; a.__dict__; del a", 2, 1, 2},
            {"a_tuple", "a = []; a.append((a, 'x')); del a", 2, 1, 2},
            {"a_large_object", "a = type('L', (list,), {})", 0, 0, 0},
        };

        class UnreachableGraph : public testing::TestWithParam<Graph>
        {
        protected:
            static void SetUpTestSuite() { names = new Notebook; }
            static Notebook* names; // shared: the graphs use one another's classes
        };
        Notebook* UnreachableGraph::names = nullptr;

        TEST_P(UnreachableGraph, IsFoundAsTheCollectorThenFindsIt)
        {
            const Graph& graph = GetParam();
            ASSERT_EQ(names->run_as_tutor("import gc\ngc.collect()\ngc.disable()"), "");
            ASSERT_EQ(names->run_as_tutor(graph.code), "");
            {
                Unreachable unreachable;
                find_unreachable(2, unreachable);
                EXPECT_EQ(unreachable.objects.size(), graph.unreachable);
                EXPECT_EQ(static_cast<std::int64_t>(unreachable.looked_at), count_tracked(2));
                const Holdings holdings = find_holdings(unreachable);
                const Cycles cycles = find_cycles(holdings);
                EXPECT_EQ(cycles.members.size(), graph.cycles);
                std::size_t largest = 0;
                RingFinder rings(holdings, cycles);
                for (std::uint32_t cycle = 0; cycle < cycles.members.size(); ++cycle)
                {
                    const auto& members = cycles.members[cycle];
                    largest = std::max(largest, members.size());
                    const auto ring = rings.ring_of(cycle);
                    EXPECT_EQ(ring.front(), members.front());
                    for (std::size_t at = 0; at < ring.size(); ++at)
                    {
                        const auto begin = holdings.targets.begin();
                        const auto end = begin + holdings.first[ring[at] + 1];
                        EXPECT_NE(std::find(begin + holdings.first[ring[at]], end, ring[(at + 1) % ring.size()]), end);
                    }
                }
                EXPECT_EQ(largest, graph.largest);
            }
            EXPECT_EQ(names->run_as_tutor("found = gc.collect()\ngc.enable()"), "");
            EXPECT_EQ(PyLong_AsSize_t(names->get("found")), graph.unreachable);
        }

        INSTANTIATE_TEST_SUITE_P(Of, UnreachableGraph, testing::ValuesIn(graphs),
                                 [](const auto& info) { return std::string(info.param.name); });

        TEST(Unreachable, OfTheYoungIsHeldByWhatIsOlder)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import gc\nold = []\ngc.collect()\ngc.disable()\n"
                                            "old.append(old); young = [old]; young.append(young); old.append(young)\n"
                                            "del old, young"),
                      "");
            Unreachable young, all;
            find_unreachable(0, young);
            find_unreachable(2, all);
            EXPECT_EQ(young.objects.size(), 0u) << "the old list holds it, and is not looked at";
            EXPECT_EQ(all.objects.size(), 2u);
            EXPECT_EQ(notebook.run_as_tutor("assert gc.collect() == 2; gc.enable()"), "");
        }

        TEST(Unreachable, LookingMakesAndChangesNothing)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import gc\ngc.disable()\nclass C: pass\nx = [C() for _ in range(5000)]\n"
                                            "for c in x: c.me = c\n"
                                            "del x, c\n"
                                            "before = gc.get_stats(), gc.get_count(), len(gc.get_objects())"),
                      "");
            const core::SpanFigures figures = core::run_cell(
                []
                {
                    Unreachable unreachable;
                    find_unreachable(2, unreachable);
                    find_cycles(find_holdings(unreachable));
                    EXPECT_EQ(find_dying(unreachable).unreachable.size(), 5000u);
                });
            EXPECT_EQ(small_of(figures).made.blocks + large_of(figures).made.blocks, 0);
            EXPECT_EQ(small_of(figures).freed_earlier.blocks + large_of(figures).freed_earlier.blocks, 0);
            EXPECT_EQ(notebook.run_as_tutor("assert before[0] == gc.get_stats()\n"
                                            "assert len(gc.get_objects()) - before[2] < 10\n"
                                            "assert gc.collect() == 5000\ngc.enable()"),
                      "");
        }

        std::int64_t free_list_bytes()
        {
            std::int64_t bytes = 0;
            xmemory_visit_free_lists(
                [](void* block, void* sum)
                { *static_cast<std::int64_t*>(sum) += static_cast<std::int64_t>(read_block(block)->asked_bytes); },
                &bytes);
            return bytes;
        }

        // By a full collection, whoever made it.
        std::int64_t freed_by_collecting()
        {
            std::int64_t kernels = 0;
            const core::SpanFigures figures = core::run_cell(
                [&]
                {
                    kernels = core::ledger::freed_of_kernels().bytes;
                    PyGC_Collect();
                    kernels = core::ledger::freed_of_kernels().bytes - kernels;
                });
            return small_of(figures).freed_earlier.bytes + large_of(figures).freed_earlier.bytes +
                   native_of(figures).freed_earlier.bytes + kernels;
        }

        TEST(Dying, IsToTheByteWhatACollectionFrees)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import gc, array\nfrom collections import deque, OrderedDict\n"
                                            "class C: pass\n"
                                            "class S: __slots__ = 'a', 'b'\n"
                                            "C().first = C().second = 1\n"),
                      "");
            const char* const codes[] = {
                "c = C(); c.me = c; c.text = 'x' * 1000; del c",
                "c = C(); c.me = c; c.__dict__; c.number = 10 ** 50; del c",
                "s = S(); s.a = s; s.b = (1.5, b'bytes' * 100, ('a' * 300,)); del s",
                "a = [bytearray(5000), array.array('d', [1] * 100), set(range(1000, 1100)), deque(range(500))]; "
                "a.append(a); del a",
                "d = {}; d['a key of its own' + str(7)] = d; d.update((n * 1000, float(n)) for n in range(500)); del d",
                "o = OrderedDict((str(n) + ' key', n) for n in range(100)); o['me'] = o; del o",
                "def f(n=range(10 ** 6, 10 ** 7)): return f\ndel f",
            };
            for (const char* code : codes)
            {
                PyGC_Collect();
                notebook.run(code);
                ASSERT_EQ(notebook.error, "");
                std::int64_t told = free_list_bytes();
                {
                    Unreachable unreachable;
                    find_unreachable(2, unreachable);
                    const Dying dying = find_dying(unreachable);
                    told += dying.shared_key_bytes;
                    for (const auto* list : {&dying.unreachable, &dying.with_them})
                    {
                        for (const DyingObject& one : *list)
                        {
                            told += one.bytes;
                        }
                    }
                }
                EXPECT_EQ(freed_by_collecting(), told) << code;
                EXPECT_EQ(free_list_bytes(), 0);
            }
        }
    }
}
