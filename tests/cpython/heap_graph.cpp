// Tests of kernel/cpython/heap_graph.cpp: numbers, references and facts hold however the objects lie in memory.
#include "cpython/heap_graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "core/ledger.hpp"
#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        using Number = HeapGraph::Number;

        class Scattered : public testing::TestWithParam<const char*>
        {
        protected:
            // More than is looked into in the order of references.
            Scattered()
            {
                notebook_.run("import random\n"
                              "class Node:\n    def __init__(self, n): self.n, self.name = n + 1000, f'node {n}'\n"
                              "x = [Node(n) for n in range(20_000)]");
                notebook_.run(GetParam());
                notebook_.run("pairs = [(node, node.name) for node in x[:10_000]]");
                EXPECT_EQ(notebook_.error, "");
            }
            ~Scattered() override { notebook_.run("del x, pairs"); }

            // Each node has its number, and is told to hold what it holds.
            static void check(const HeapGraph& graph)
            {
                for (Number node = 1; node <= graph.size(); ++node)
                {
                    ASSERT_EQ(graph.find(graph.node(node).address()), node);
                    if (graph.is_key_table(node) || graph.is_boundary(node))
                    {
                        continue;
                    }
                    PyObject* object = graph.object(node);
                    ASSERT_EQ(graph.types().all()[graph.type_number(node)].type, Py_TYPE(object));
                    ASSERT_EQ(graph.references(node), Py_REFCNT(object));
                    ASSERT_EQ(graph.bytes_by_origin(node), object_bytes(object, graph.types().facts_of(Py_TYPE(object))));
                    if (PyTuple_CheckExact(object) || PyList_CheckExact(object))
                    {
                        std::vector<PyObject*> told, held;
                        for (const Number* target = graph.targets_begin(node); target != graph.targets_end(node); ++target)
                        {
                            told.push_back(graph.object(*target));
                        }
                        for (Py_ssize_t index = 0; index < PySequence_Fast_GET_SIZE(object); ++index)
                        {
                            held.push_back(PySequence_Fast_GET_ITEM(object, index));
                        }
                        std::sort(told.begin(), told.end());
                        std::sort(held.begin(), held.end());
                        ASSERT_EQ(told, held);
                    }
                }
            }

            Notebook notebook_;
        };

        TEST_P(Scattered, WholeHeap)
        {
            const core::TutorScope scope;
            HeapGraph graph;
            ASSERT_TRUE(graph.read_all([] { return true; }));
            EXPECT_GT(graph.size(), 60'000u);
            check(graph);
        }

        TEST_P(Scattered, FromTwoObjects)
        {
            const core::TutorScope scope;
            PyObject* x = notebook_.get("x");
            PyObject* pairs = notebook_.get("pairs");
            HeapGraph graph;
            ASSERT_TRUE(graph.read_from({pairs, x}, {notebook_.names()}, [] { return true; }));
            EXPECT_EQ(graph.object(1), pairs);
            EXPECT_EQ(graph.object(2), x);
            EXPECT_TRUE(graph.is_boundary(3));
            check(graph);
            std::map<PyTypeObject*, int> counts;
            for (Number node = 1; node <= graph.size(); ++node)
            {
                if (!graph.is_key_table(node))
                {
                    ++counts[Py_TYPE(graph.object(node))];
                }
            }
            EXPECT_EQ(counts[&PyUnicode_Type], 20'000);
            EXPECT_EQ(counts[&PyTuple_Type], 10'000);
        }

        INSTANTIATE_TEST_SUITE_P(, Scattered, testing::Values("random.Random(1).shuffle(x)", "x.reverse()", "pass"),
                                 [](const auto& info) {
                                     return std::string(info.index == 0   ? "Shuffled"
                                                        : info.index == 1 ? "Reversed"
                                                                          : "InOrder");
                                 });
    }
}
