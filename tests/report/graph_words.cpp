// Tests of kernel/report/graph_words.cpp.
#include "report/graph_words.hpp"

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        using Lines = std::vector<std::string>;

        TEST(GraphWords, IndentsWhatIsHeldBelowWhatHoldsIt)
        {
            Graph graph;
            graph.nodes = {{"x", "list", 80}, {"[0]", "Node", 48, false, 0}, {".name", "str", 60, false, 1}, {"[1]", "Node", 48, false, 0}};
            EXPECT_EQ(graph_lines(graph), (Lines{"x  list · 80\u00a0B", "├─ [0]  Node · 48\u00a0B", "│  └─ .name  str · 60\u00a0B",
                                                 "└─ [1]  Node · 48\u00a0B"}));
        }

        TEST(GraphWords, SaysOfAReferenceAcrossWhereItGoes)
        {
            Graph graph;
            graph.nodes = {{"x", "Node", 48}, {".a", "list", 80, false, 0}, {".b", "list", 90, false, 0}};
            graph.across = {{2, 1, "[0]", false}, {1, 0, "[7]", true}};
            EXPECT_EQ(graph_lines(graph), (Lines{"x  Node · 48\u00a0B", "├─ .a  list · 80\u00a0B", "│  └─ [7]  ↑ x: a cycle",
                                                 "└─ .b  list · 90\u00a0B", "   └─ [0]  ↑ .a list, see above"}));
        }

        TEST(GraphWords, NamesWhatHasNoNameByItsKind)
        {
            Graph graph;
            graph.nodes = {{"x", "set", 216}, {"", "and 1,204 more", 33'712, true, 0}};
            EXPECT_EQ(graph_lines(graph).back(), "└─ and 1,204 more · 33.7\u00a0kB");
        }

        TEST(GraphWords, AreNoneOfNothing) { EXPECT_TRUE(graph_lines({}).empty()); }
    }
}
