// Tests of kernel/report/text_pictures.cpp.
#include "report/text_pictures.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "report/characters.hpp"

namespace xmemory::report
{
    namespace
    {
        std::vector<std::string> lines_of(const std::string& text)
        {
            std::vector<std::string> lines;
            std::istringstream stream(text);
            for (std::string line; std::getline(stream, line);)
                lines.push_back(line);
            return lines;
        }

        Squares squares_of(std::vector<Squares::Row> rows)
        {
            Squares squares;
            squares.rows = std::move(rows);
            return squares;
        }

        TEST(SquaresText, HasAGlyphForEachEighth)
        {
            EXPECT_EQ(
                picture_text(squares_of({{"a", {0, .125, .25, .375, .5, .625, .75, .875, 1}, "61 %"}, {"bb", {1}, ""}})),
                "a   ·▁▂▃▄▅▆▇█  61 %\n"
                "bb  █");
        }

        TEST(SquaresText, PutsRemarksBelowWhereTheyDoNotFitBeside)
        {
            const std::vector<double> all(64, 1);
            const auto lines = lines_of(picture_text(squares_of({{"arena 1", all, "held by df"}, {"arena 2", all, ""}})));
            ASSERT_EQ(lines.size(), 3u);
            EXPECT_EQ(display_width(lines[0]), 73);
            EXPECT_EQ(lines[1], "         held by df");
            EXPECT_EQ(lines[2].substr(0, 9), "arena 2  ");
        }

        TEST(SquaresText, SaysShortRemarksWhereTheWholeOnesDoNotFitBeside)
        {
            const std::vector<double> all(64, 1);
            Squares squares = squares_of({{"1", all, "0.98 of 1 MiB, 3,000 blocks", "0.98"}, {"2", all, "none", "0"}});
            squares.not_shown = "and 6 more arenas";
            auto lines = lines_of(picture_text(squares));
            ASSERT_EQ(lines.size(), 3u);
            EXPECT_EQ(lines[0].substr(lines[0].size() - 6), "  0.98");
            EXPECT_EQ(lines[1].substr(lines[1].size() - 3), "  0");
            EXPECT_EQ(lines[2], "and 6 more arenas");
            squares.rows[0].short_remark = std::string(14, 'x');
            EXPECT_EQ(lines_of(picture_text(squares)).size(), 5u) << "too wide as well";
            squares.rows[0].filled = squares.rows[1].filled = {1};
            EXPECT_EQ(lines_of(picture_text(squares))[0], "1  █  0.98 of 1 MiB, 3,000 blocks");
        }

        TEST(SquaresText, NeverTakesMoreThanEightyColumns)
        {
            const std::string words(200, 'x');
            for (const std::size_t squares : {1, 64, 65, 256, 10'000})
                for (const std::string& line :
                     lines_of(picture_text(squares_of({{words, std::vector<double>(squares, 0.5), words}}))))
                    EXPECT_LE(display_width(line), 80) << line;
        }

        TEST(SquaresText, ContinuesLongRowsOnLinesOfSixtyFour)
        {
            const auto lines = lines_of(picture_text(squares_of({{"a", std::vector<double>(65, 1), "x"}})));
            ASSERT_EQ(lines.size(), 2u);
            EXPECT_EQ(display_width(lines[0]), 67);
            EXPECT_EQ(lines[1], "   █  x");
        }

        TEST(RingText, SaysWhoHoldsWhom)
        {
            EXPECT_EQ(picture_text(Ring{{"Node", "list"}, 0, "5,000 of these"}),
                      "Node → list → (back to the first)  5,000 of these");
            EXPECT_EQ(picture_text(Ring{{"Node"}, 3, ""}), "Node → 3 more → (back to the first)");
            EXPECT_EQ(picture_text(Ring{{}, 0, "nothing"}), "nothing");
        }

        TEST(FanText, HasARowForEachWay)
        {
            EXPECT_EQ(picture_text(Fan{{{"y[3]", 0, 1}, {"z", 0, 0}, {"Out[5]", 1, 0}}, "x", "", "and 2 more"}), "x  ┬─○─● y[3]\n"
                                                                                                           "   ├─● z\n"
                                                                                                           "   └─● Out[5]\n"
                                                                                                           "and 2 more");
            EXPECT_EQ(picture_text(Fan{{{"y\x1b", 0, 0}}, "x\x1b", "", ""}).find('\x1b'), std::string::npos);
            EXPECT_EQ(picture_text(Fan{{{"y", 0, 900}}, "x", "", ""}).size(), picture_text(Fan{{{"y", 0, 5}}, "x", "", ""}).size());
        }

        TEST(NearnessText, MarksEachGuessOnALine)
        {
            Nearness nearness;
            nearness.rows = {
                {"list", 0.1, "too little"}, {"generator", 1, ""}, {"set", 2, ""}, {"dict", 1e6, ""}, {"x", 1e-6, ""}};
            EXPECT_EQ(picture_text(nearness), "           too little ÷10  right  ×10   too much\n"
                                              "list       ············●·····|··················  too little\n"
                                              "generator  ··················●··················\n"
                                              "set        ··················|·●················\n"
                                              "dict       ··················|·················▶\n"
                                              "x          ◀·················|··················");
        }

        TEST(PictureText, SendsNoControlCharacterToTheTerminal)
        {
            Nearness nearness;
            nearness.rows = {{"a\x1b", 1, "b\x1b"}};
            for (const std::string& text : {picture_text(nearness), picture_text(squares_of({{"a\x1b", {1}, "b\x1b"}})),
                                            picture_text(Ring{{"a\x1b"}, 0, "b\x1b"})})
                EXPECT_EQ(text.find('\x1b'), std::string::npos);
        }

        TEST(PictureText, OfNothingIsNothing)
        {
            EXPECT_EQ(picture_text(Squares{}), "");
            EXPECT_EQ(picture_text(Nearness{}), "");
            EXPECT_EQ(picture_text(Fan{}), "");
            EXPECT_EQ(picture_text(Ring{}), "");
        }
    }
}
