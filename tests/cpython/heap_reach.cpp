// Tests of kernel/cpython/heap_reach.cpp: what only an object holds is what goes with it, to the byte, by the ledger.
#include "cpython/heap_reach.hpp"

#include <gtest/gtest.h>

#include "core/ledger.hpp"
#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        struct Sizes
        {
            std::int64_t deep = 0;
            std::int64_t only = 0;
        };

        Sizes sizes_of(PyObject* object)
        {
            const core::TutorScope scope;
            HeapGraph graph;
            EXPECT_TRUE(graph.read_from({object}, {}, [] { return true; }));
            const Reached reached = reach(graph, {1}, [](Number) { return true; });
            const NodeSet only = held_only_by(graph, reached, {1}, {});
            Sizes sizes;
            for (const Number node : reached.order)
            {
                sizes.deep += graph.bytes(node);
                sizes.only += only[node] ? graph.bytes(node) : 0;
            }
            return sizes;
        }

        struct Holder
        {
            const char* name;
            const char* makes; // x, of objects that no free list takes; y holds some of them
        };

        class HeldOnly : public testing::TestWithParam<Holder>
        {};

        TEST_P(HeldOnly, GoesWithItToTheByte)
        {
            Notebook notebook;
            notebook.run("import collections, gc, array\n"
                         "class Node:\n    def __init__(self, n): self.n, self.m = n, 'node %d' % n\n"
                         "class Slim:\n    __slots__ = ('n', 'm')\n"
                         "y = None\nx = Node(3)\ndel x");
            notebook.run(GetParam().makes);
            ASSERT_EQ(notebook.error, "");
            const Sizes sizes = sizes_of(notebook.get("x"));
            notebook.run_as_tutor("z = None\ndel z\ngc.collect()"); // empties the free lists, and the next one leaves no more than this
            const auto in_use = []
            {
                return core::ledger::booked(core::Origin::python_small).bytes +
                       core::ledger::booked(core::Origin::python_large).bytes;
            };
            const std::int64_t before = in_use();
            notebook.run_as_tutor("del x\ngc.collect()");
            EXPECT_EQ(before - in_use(), sizes.only);
            EXPECT_GE(sizes.deep, sizes.only);
            EXPECT_GT(sizes.only, 1000);
            notebook.run("del y\ngc.collect()");
        }

        INSTANTIATE_TEST_SUITE_P(
            , HeldOnly,
            testing::Values(
                Holder{"Strings", "x = ['text %d' % n for n in range(1000)]"},
                Holder{"SomeAreShared", "x = ['text %d' % n for n in range(1000)]\ny = x[:300]"},
                Holder{"Instances", "x = [Node(n) for n in range(1000, 2000)]"},
                Holder{"InstancesWithADict", "x = [Node(n) for n in range(1000, 1500)]\nfor each in x: each.__dict__"},
                Holder{"Slots", "x = [Slim() for n in range(1000)]\nfor n, each in enumerate(x): each.n = str(n)"},
                Holder{"Dict", "x = {'key %d' % n: n * 1000 for n in range(1000)}"},
                Holder{"DictOfNumbers", "x = {n * 1000: (n, 'value %d' % n) for n in range(1000)}"},
                Holder{"OrderedDict", "x = collections.OrderedDict(('key %d' % n, n * 1000) for n in range(1000))"},
                Holder{"SetAndDeque", "x = [set(map(str, range(300))), collections.deque(map(str, range(500, 900)))]"},
                Holder{"Cycles", "x = []\nfor n in range(500):\n    one, other = Node(n), Node(n)\n"
                                 "    one.n, other.n = other, one\n    x.append(one)\ndel one, other"},
                Holder{"ItsOwnCycle", "x = ['text %d' % n for n in range(1000)]\nx.append(x)"},
                Holder{"HeldFromOutsideThroughACycle", "x = [Node(n) for n in range(1000, 1500)]\ny = Node(0)\n"
                                                       "for each in x[:200]: each.m = y\ny.n = x[7]"},
                Holder{"Frames", "def count():\n    text = 'text ' * 1000\n    yield text\nx = count()\nnext(x)"},
                Holder{"Buffers", "x = [bytearray(3000), array.array('d', range(100)), bytes(5000)]"}),
            [](const auto& info) { return std::string(info.param.name); });

        TEST(Reach, GoesAlongShortestPaths)
        {
            Notebook notebook;
            notebook.run("end = ['end']\nx = [[[end]], end]");
            const core::TutorScope scope;
            HeapGraph graph;
            ASSERT_TRUE(graph.read_from({notebook.get("x")}, {}, [] { return true; }));
            const Reached reached = reach(graph, {1}, [](Number) { return true; });
            EXPECT_EQ(reached.from[graph.find(notebook.get("end"))], 1u);
            EXPECT_EQ(reached.from[1], 1u);
            notebook.run("del x, end");
        }

        TEST(Graph, StopsAtClassesModulesAndBoundaries)
        {
            Notebook notebook;
            notebook.run("import gc\nclass Node: pass\ninner = ['only here']\nx = [Node(), gc, inner, Node]");
            const core::TutorScope scope;
            HeapGraph graph;
            ASSERT_TRUE(graph.read_from({notebook.get("x")}, {notebook.get("inner")}, [] { return true; }));
            for (const char* name : {"gc", "inner", "Node"})
            {
                const Number node = graph.find(notebook.get(name));
                ASSERT_NE(node, 0u) << name;
                EXPECT_EQ(graph.targets_begin(node), graph.targets_end(node)) << name;
            }
            notebook.run("del x, inner");
        }
    }
}
