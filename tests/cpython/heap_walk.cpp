// Tests of kernel/cpython/heap_walk.hpp: it meets the objects that the graph of the heap has, each once.
#include "cpython/heap_walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/ledger.hpp"
#include "cpython/heap_graph.hpp"
#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        struct Met
        {
            void object(PyObject* object, std::uint32_t) { addresses.push_back(object); }
            void key_table(DictKeys* keys) { addresses.push_back(keys); }

            std::vector<const void*> addresses;
        };

        std::vector<const void*> walk()
        {
            TypeTable types;
            Met met;
            EXPECT_TRUE(HeapWalk<Met>(types, met, [] { return true; }).visit_all());
            std::sort(met.addresses.begin(), met.addresses.end());
            return met.addresses;
        }

        std::vector<const void*> of_graph()
        {
            HeapGraph graph;
            EXPECT_TRUE(graph.read_all([] { return true; }));
            std::vector<const void*> addresses;
            for (HeapGraph::Number node = 1; node <= graph.size(); ++node)
            {
                addresses.push_back(graph.node(node).address());
            }
            std::sort(addresses.begin(), addresses.end());
            return addresses;
        }

        TEST(HeapWalk, MeetsWhatTheGraphHas)
        {
            Notebook notebook;
            notebook.run("class Node: pass\n"
                         "x = [Node() for n in range(1000)]\n"
                         "for n, node in enumerate(x): node.n, node.others = n * 1000, (x[n - 1], {str(n): b'text'})\n"
                         "import gc\ngc.collect()\n" // tuples of atoms and dicts of atoms are tracked no more
                         "y = {n: (n, (str(n), n + 0.5)) for n in range(1000)}\ngc.freeze()\nz = [x, y]");
            ASSERT_EQ(notebook.error, "");
            const core::TutorScope scope;
            const std::vector<const void*> met = walk();
            EXPECT_GT(met.size(), 9'000u);
            EXPECT_EQ(std::adjacent_find(met.begin(), met.end()), met.end()) << "each once";
            EXPECT_EQ(met, of_graph());
            notebook.run("gc.unfreeze()");
        }

        TEST(HeapWalk, StopsWhereItIsTold)
        {
            Notebook notebook;
            notebook.run("x = [[] for n in range(100_000)]");
            const core::TutorScope scope;
            TypeTable types;
            Met met;
            EXPECT_FALSE(HeapWalk<Met>(types, met, [] { return false; }).visit_all());
            EXPECT_LT(met.addresses.size(), 100'000u);
        }
    }
}
