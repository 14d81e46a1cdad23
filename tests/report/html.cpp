// Tests of kernel/report/html.cpp.
#include "report/render.hpp"

#include <regex>
#include <set>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

        Document everything(const std::string& words)
        {
            Table table;
            table.columns = {{words, Align::left}, {words, Align::right}, {words, Align::bar}};
            table.rows = {{words, words, Entry({{Shade::native, 10}, {Shade::free, 10}}, words)}};
            Document document;
            document.finding = words;
            document.parts = {Paragraph{words, true},
                              Code{words},
                              table,
                              Picture{{{Shade::python_small, 10}, {Shade::free, 90}}, words},
                              Squares{{{words, {0, 0.5, 1}, words}}, words},
                              Chart{{{words, {{1, 0}, {1'000, 5'000}}}}, words, words, words},
                              Ring{{words, words}, 3, words},
                              Nearness{{{words, 2, words}}, words},
                              Details{words, {Paragraph{words}, Details{words, {Code{words}}}}}};
            document.next = words;
            return document;
        }

        std::set<std::string> matches(const std::string& text, const std::string& pattern)
        {
            const std::regex expression(pattern);
            std::set<std::string> found;
            for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
                found.insert((*at)[1]);
            return found;
        }

        TEST(RenderHtml, UsesOnlyWhatSurvivesInAnUntrustedNotebook)
        {
            const std::set<std::string> tags = {"b",       "details", "div",   "img", "p",  "pre",   "span",
                                                "summary", "table",   "tbody", "td",  "th", "thead", "tr"};
            const std::set<std::string> attributes = {"alt", "height", "src", "style", "width"};
            for (const bool folded : {false, true})
            {
                Document document = everything("words");
                document.folded = folded;
                const std::string html = render_html(document);
                for (const std::string& tag : matches(html, "<([a-z0-9]+)"))
                    EXPECT_TRUE(tags.count(tag)) << tag;
                for (const std::string& attribute : matches(html, " ([a-z-]+)=\""))
                    EXPECT_TRUE(attributes.count(attribute)) << attribute;
                EXPECT_FALSE(contains(html, "var("));
            }
        }

        TEST(RenderHtml, NeverSetsATextColour)
        {
            EXPECT_FALSE(contains(render_html(everything("words")), "\"color:"));
            EXPECT_FALSE(contains(render_html(everything("words")), ";color:"));
        }

        TEST(RenderHtml, ClosesEachElementThatItOpens)
        {
            const std::string html = render_html(everything("words"));
            std::vector<std::string> open;
            const std::regex tag("<(/?)([a-z]+)");
            for (std::sregex_iterator at(html.begin(), html.end(), tag), end; at != end; ++at)
            {
                if ((*at)[2] == "img")
                    continue;
                if ((*at)[1].length() == 0)
                {
                    open.push_back((*at)[2]);
                    continue;
                }
                ASSERT_FALSE(open.empty());
                EXPECT_EQ(open.back(), (*at)[2]);
                open.pop_back();
            }
            EXPECT_TRUE(open.empty());
        }

        TEST(RenderHtml, EscapesEverythingThatTheDocumentSays)
        {
            for (const bool folded : {false, true})
            {
                Document document = everything(R"(<script>"'&\)");
                document.folded = folded;
                const std::string html = render_html(document);
                EXPECT_FALSE(contains(html, "<script"));
                EXPECT_FALSE(contains(html, "&\\")) << "an ampersand that was left alone";
                EXPECT_TRUE(contains(html, "&lt;script&gt;&quot;&#39;&amp;"));
            }
        }

        TEST(RenderHtml, EscapesFirstAndMakesBoldThen)
        {
            Document document;
            document.finding = "kept **<1 MB>** <b>";
            document.folded = true;
            EXPECT_TRUE(contains(render_html(document), "kept <b>&lt;1 MB&gt;</b> &lt;b&gt;"));
        }

        TEST(RenderHtml, FoldsAFooterUnderItsFinding)
        {
            Document document = everything("words");
            document.finding = "Memory: kept **40.0 MB**.";
            document.folded = true;
            const std::string html = render_html(document);
            EXPECT_EQ(html.rfind("<details", 0), 0u);
            EXPECT_TRUE(std::regex_search(html, std::regex("<summary[^>]*>Memory: kept <b>40.0 MB</b>.</summary>")));
        }

        TEST(RenderHtml, OffersNothingToUnfoldWhereThereIsNothing)
        {
            Document document;
            document.finding = "Memory: unknown.";
            document.folded = true;
            const std::string html = render_html(document);
            EXPECT_FALSE(contains(html, "<details"));
            EXPECT_TRUE(contains(html, ">Memory: unknown.<"));
        }

        TEST(RenderHtml, KeepsNumbersOnOneLineAtTheRight)
        {
            EXPECT_TRUE(
                std::regex_search(render_html(everything("7 MB")),
                                  std::regex("<td style=\"[^\"]*text-align:right;white-space:nowrap[^\"]*\">7 MB</td>")));
        }

        TEST(RenderHtml, KeepsCodeAsItStands)
        {
            Document document;
            document.parts = {Code{"if 1 < 2:\n    print('a')\n\n\tb"}};
            EXPECT_TRUE(std::regex_search(render_html(document),
                                          std::regex("<pre style=\"[^\"]*white-space:pre-wrap[^\"]*\">"
                                                     "if 1 &lt; 2:\n    print\\(&#39;a&#39;\\)\n\n    b</pre>")))
                << render_html(document);
        }

        TEST(RenderHtml, IndentsWhatIsInDetailsUnderTheirSummary)
        {
            Document document;
            document.parts = {Details{"outer", {Details{"inner", {Paragraph{"words"}}}, Paragraph{"after"}}}};
            const std::string html = render_html(document);
            const std::size_t inner = html.find(">inner<");
            EXPECT_NE(html.find("border-left", inner), std::string::npos);
            EXPECT_LT(html.find("border-left"), inner);
            EXPECT_TRUE(contains(html, "words</p></div></details><p")) << html;
        }

        TEST(RenderHtml, HasNoHeaderForATableWithoutTitles)
        {
            EXPECT_FALSE(contains(render_html(everything("")), "<thead"));
            EXPECT_TRUE(contains(render_html(everything("title")), "<thead"));
        }

        TEST(RenderHtml, MakesABarNarrowerWhereFiguresNeedTheRoom)
        {
            Table table;
            table.columns = {{"", Align::left}, {"", Align::bar}};
            table.rows = {{"list", Entry({{Shade::native, 10}}, "10 B")}};
            Document document;
            document.parts = {table};
            EXPECT_TRUE(contains(render_html(document), R"(width="240")"));
            for (int figures = 0; figures < 6; ++figures)
            {
                table.columns.push_back({"", Align::right});
                table.rows[0].push_back("98,983");
            }
            document.parts = {table};
            EXPECT_TRUE(contains(render_html(document), R"(width="184")")) << render_html(document);
        }

        TEST(RenderHtml, DrawsNoImageForAnEmptyBar)
        {
            Table table;
            table.columns = {{"", Align::bar}};
            table.rows = {{Entry()}};
            Document document;
            document.parts = {table};
            EXPECT_FALSE(contains(render_html(document), "<img"));
        }

        TEST(RenderHtml, NamesEachShadeOfAPictureWithItsBytes)
        {
            Document document;
            document.parts = {Picture{{{Shade::python_large, 2'000}, {Shade::native, 3'000'000}}, ""}};
            const std::string html = render_html(document);
            EXPECT_TRUE(contains(html, "large objects&nbsp;2.00\u00a0kB")) << html;
            EXPECT_FALSE(contains(html, "small objects"));
        }
    }
}
