// Tests of kernel/report/svg_graph.cpp.
#include "report/svg.hpp"

#include <regex>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        int count_of(const std::string& text, const std::string& part)
        {
            int found = 0;
            for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
                ++found;
            return found;
        }

        std::vector<double> radii(const std::string& svg)
        {
            std::vector<double> all;
            const std::regex radius(R"re( r="([0-9.]+)")re");
            for (std::sregex_iterator each(svg.begin(), svg.end(), radius), end; each != end; ++each)
                all.push_back(std::stod((*each)[1]));
            return all;
        }

        Graph star(std::size_t leaves)
        {
            Graph graph;
            graph.nodes = {{"x", "list", 400}};
            for (std::size_t leaf = 0; leaf < leaves; ++leaf)
                graph.nodes.push_back({"[" + std::to_string(leaf) + "]", "Node", 100, false, leaf < 6 ? 0 : leaf - 5});
            return graph;
        }

        TEST(GraphSvg, TellsBytesAsAreas)
        {
            const auto picture = graph_svg(star(3));
            ASSERT_TRUE(picture);
            const std::vector<double> r = radii(picture->svg);
            ASSERT_EQ(r.size(), 4u);
            EXPECT_NEAR(r[0] * r[0], 4 * r[1] * r[1], 0.2) << "400 bytes beside 100";
        }

        TEST(GraphSvg, OutlinesWhatStandsForSeveral)
        {
            Graph graph = star(1);
            graph.nodes.push_back({"", "and 1,204 more", 90, true, 0});
            EXPECT_EQ(count_of(graph_svg(graph)->svg, R"(stroke-dasharray="2 2")"), 1);
        }

        TEST(GraphSvg, MarksReferencesThatCloseACycle)
        {
            Graph graph = star(2);
            graph.across = {{1, 0, ".up", true}, {1, 2, ".other", false}};
            const std::string svg = graph_svg(graph)->svg;
            EXPECT_EQ(count_of(svg, R"(stroke-dasharray="5 3")"), 1);
            EXPECT_EQ(count_of(svg, "stroke=\"#D55E00\""), 1);
            EXPECT_EQ(count_of(svg, "fill=\"none\""), 4) << "an arrow for each reference";
        }

        TEST(GraphSvg, IsNoWiderThanThePage)
        {
            Graph deep;
            deep.nodes = {{"a_name_that_is_longer_than_any_box_may_be", "a type with a long name", 400}};
            for (std::size_t step = 0; step < 6; ++step)
                deep.nodes.push_back({".attribute_of_a_long_name", "another type with a long name", 100, false, step});
            deep.across = {{6, 0, ".up", true}, {6, 6, ".me", true}};
            EXPECT_LE(graph_svg(deep)->width_px, 600);
            EXPECT_LE(graph_svg(star(29))->width_px, 600);
        }

        TEST(GraphSvg, EscapesNames)
        {
            Graph graph = star(0);
            graph.nodes.push_back({"['</text><script>\x1b']", "<b>&\"", 10, false, 0});
            const std::string svg = graph_svg(graph)->svg;
            EXPECT_EQ(count_of(svg, "<script") + count_of(svg, "<b>") + count_of(svg, "\x1b"), 0);
            EXPECT_EQ(count_of(svg, "&lt;/text&gt;"), 1);
        }

        TEST(GraphSvg, IsNoneOfNothing) { EXPECT_FALSE(graph_svg({})); }
    }
}
