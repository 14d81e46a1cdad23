// Tests of kernel/report/text.cpp.
#include "report/render.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "report/characters.hpp"

namespace xmemory::report
{
    namespace
    {
        Document document_with(Part part)
        {
            Document document;
            document.finding = "Finding.";
            document.parts = {std::move(part)};
            return document;
        }

        std::vector<std::string> lines_of(const std::string& text)
        {
            std::vector<std::string> lines;
            std::istringstream stream(text);
            for (std::string line; std::getline(stream, line);)
                lines.push_back(line);
            return lines;
        }

        Table comparison()
        {
            Table table;
            table.columns = {{"", Align::left}, {"peak", Align::right}, {"", Align::bar}, {"kept", Align::right}};
            table.rows = {{"list", "40.4 MB", Entry({{Shade::python_small, 40'400'000}}, ""), "0 B"},
                          {"generator", "496 B", Entry({{Shade::python_small, 496}}, ""), "0 B"}};
            return table;
        }

        TEST(RenderText, SaysTheFindingFirstAndWhatToTryLast)
        {
            Document document = document_with(Paragraph{"More."});
            document.next = "%memory cells";
            EXPECT_EQ(render_text(document), "Finding.\nMore.\nNext: %memory cells");
        }

        TEST(RenderText, TakesTheBoldMarkersOut)
        {
            Document document;
            document.finding = "It needs **40.4 MB** at its peak.";
            EXPECT_EQ(render_text(document), "It needs 40.4 MB at its peak.");
        }

        TEST(RenderText, OfAFoldedDocumentIsTheFindingAlone)
        {
            Document document = document_with(comparison());
            document.folded = true;
            document.next = "%memory cells";
            EXPECT_EQ(render_text(document), "Finding.");
        }

        TEST(RenderText, LeavesDetailsOut)
        {
            EXPECT_EQ(render_text(document_with(Details{"More", {Paragraph{"hidden"}}})), "Finding.");
        }

        TEST(RenderText, AlignsColumnsUnderTheirTitles)
        {
            EXPECT_EQ(render_text(document_with(comparison())), "Finding.\n"
                                                                "              peak                        kept\n"
                                                                "list       40.4 MB  ████████████████████   0 B\n"
                                                                "generator    496 B  ▏                      0 B");
        }

        TEST(RenderText, HasNoEmptyHeaderLineForATableWithoutTitles)
        {
            Table table;
            table.columns = {{"", Align::left}, {"", Align::right}};
            table.rows = {{"a", "1"}, {"bb", "10"}};
            EXPECT_EQ(render_text(document_with(table)), "Finding.\na    1\nbb  10");
        }

        TEST(RenderText, AlignsWideAndCombiningCharacters)
        {
            Table table;
            table.columns = {{"", Align::left}, {"", Align::left}};
            table.rows = {{"日本", "|"}, {"abcd", "|"}, {"e\u0301bcd", "|"}};
            EXPECT_EQ(render_text(document_with(table)), "Finding.\n日本  |\nabcd  |\ne\u0301bcd  |");
        }

        TEST(RenderText, DrawsEachShadeWithItsOwnGlyph)
        {
            Table table;
            table.columns = {{"", Align::bar}};
            table.rows = {
                {Entry({{Shade::python_small, 5}, {Shade::python_large, 5}, {Shade::native, 5}, {Shade::free, 5}}, "")}};
            EXPECT_EQ(render_text(document_with(table)), "Finding.\n█████▓▓▓▓▓░░░░░·····");
        }

        TEST(RenderText, CutsTheLongestLeftColumnToEightyColumns)
        {
            Table table;
            table.columns = {{"", Align::left}, {"", Align::left}, {"", Align::right}};
            table.rows = {{"[4] " + std::string(200, 'x'), "short words", "1,000,000 B"}};
            const auto lines = lines_of(render_text(document_with(table)));
            EXPECT_EQ(display_width(lines[1]), 80);
            EXPECT_NE(lines[1].find("x…  short words  1,000,000 B"), std::string::npos) << lines[1];
        }

        TEST(RenderText, WrapsParagraphsBetweenWords)
        {
            std::string words;
            for (int i = 0; i < 40; ++i)
                words += i == 0 ? "word" : " word";
            std::string joined;
            for (const std::string& line : lines_of(render_text(document_with(Paragraph{words}))))
            {
                EXPECT_LE(display_width(line), 80);
                if (line != "Finding.")
                    joined += joined.empty() ? line : " " + line;
            }
            EXPECT_EQ(joined, words);
        }

        TEST(RenderText, KeepsTheLinesOfAParagraph)
        {
            EXPECT_EQ(render_text(document_with(Paragraph{"one\ntwo"})), "Finding.\none\ntwo");
        }

        TEST(RenderText, IndentsCodeAndKeepsItsLines)
        {
            const std::string longer(90, 'x');
            EXPECT_EQ(render_text(document_with(Code{"if x:\n\ty = 1\n\n" + longer + "\x1b"})),
                      "Finding.\n    if x:\n        y = 1\n\n    " + longer + "␛");
        }

        TEST(RenderText, HoldsPicturesBetweenItsLines)
        {
            Document document = document_with(Squares{{{"a", {1, 0}, ""}}, ""});
            document.parts.push_back(Ring{{"Node"}, 0, ""});
            document.parts.push_back(Chart{});
            EXPECT_EQ(render_text(document), "Finding.\na  █·\nNode → (back to the first)");
        }

        TEST(RenderText, SendsNoControlCharacterToTheTerminal)
        {
            Table table;
            table.columns = {{"t\x1b", Align::left}};
            table.rows = {{"a\x1b[2J\nb"}};
            Document document = document_with(table);
            document.finding = "f\x1b]0;title\x07";
            document.next = "n\x1b";
            EXPECT_EQ(render_text(document), "f␛]0;title␇\nt␛\na␛[2J b\nNext: n␛");
        }

        TEST(RenderText, DrawsAPictureWithALegendOfTheShadesItUses)
        {
            const auto lines =
                lines_of(render_text(document_with(Picture{{{Shade::native, 3000}, {Shade::free, 1000}}, "three of four"})));
            ASSERT_EQ(lines.size(), 3u);
            EXPECT_EQ(display_width(lines[1]), 40);
            EXPECT_EQ(lines[1].substr(0, 3), "░");
            EXPECT_EQ(lines[2], "░ native 3.00\u00a0kB  · free 1.00\u00a0kB");
        }

        TEST(RenderText, SaysInWordsWhatAnEmptyPictureWouldShow)
        {
            EXPECT_EQ(render_text(document_with(Picture{{}, "nothing in use"})), "Finding.\nnothing in use");
        }

        TEST(RenderText, TakesRowsShorterThanTheirTable)
        {
            Table table;
            table.columns = {{"", Align::left}, {"", Align::right}};
            table.rows = {{"a"}, {"b", "1"}};
            EXPECT_EQ(render_text(document_with(table)), "Finding.\na\nb  1");
        }
    }
}
