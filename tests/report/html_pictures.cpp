// Tests of kernel/report/html_pictures.cpp.
#include "report/html_pictures.hpp"

#include <regex>

#include <gtest/gtest.h>

#include "report/svg.hpp"

namespace xmemory::report
{
    namespace
    {
        bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

        const std::string hostile = R"(<script>"'&)";
        const std::string escaped = "&lt;script&gt;&quot;&#39;&amp;";

        int images_in(const std::string& html)
        {
            const std::regex image("<img ");
            return static_cast<int>(std::distance(std::sregex_iterator(html.begin(), html.end(), image), {}));
        }

        Squares arenas(std::size_t rows)
        {
            Squares squares;
            squares.alternative_text = "arenas";
            for (std::size_t i = 0; i < rows; ++i)
            {
                Squares::Row row{"arena " + std::to_string(i), {}, "61 %, held by [4] df"};
                for (std::size_t pool = 0; pool < 64; ++pool)
                    row.filled.push_back(static_cast<double>((i * 64 + pool) % 7 + 1) / 8);
                squares.rows.push_back(row);
            }
            return squares;
        }

        TEST(SquaresHtml, IsOneImageWithItsWordsInLinesAsHighAsItsRows)
        {
            const std::string html = picture_html(arenas(2));
            EXPECT_EQ(images_in(html), 1);
            EXPECT_TRUE(contains(html, R"(width="287" height="44")")) << html;
            EXPECT_TRUE(std::regex_search(html, std::regex("line-height:22px[^>]*>arena 0\narena 1</div>"))) << html;
            EXPECT_TRUE(std::regex_search(html, std::regex("line-height:22px[^>]*>61 %, held by \\[4\\] df\n61 %")));
        }

        TEST(SquaresHtml, OfThirtyTwoArenasStaysUnderThirtyKilobytes)
        {
            EXPECT_LT(picture_html(arenas(32)).size(), 30'000u);
        }

        TEST(SquaresHtml, KeepsALabelOnItsLine)
        {
            Squares squares = arenas(1);
            squares.rows[0].label = "two\nlines";
            EXPECT_TRUE(contains(picture_html(squares), ">two lines</div>"));
        }

        TEST(SquaresHtml, GivesRemarksTheRoomThatLabelsLeave)
        {
            Squares squares = arenas(1);
            squares.rows[0].filled = {1.0};
            squares.rows[0].label = "12";
            const int picture_px = squares_svg(squares).width_px;
            EXPECT_TRUE(contains(picture_html(squares), "max-width:" + std::to_string(600 - 20 - picture_px - 20) + "px"));
            squares.rows[0].label = "a label of very many words";
            EXPECT_TRUE(contains(picture_html(squares), "max-width:" + std::to_string(600 - 90 - picture_px - 20) + "px"));
        }

        TEST(RingHtml, SaysTheRingInWordsBesideIt)
        {
            const std::string html = picture_html(Ring{{"Node", "list"}, 0, "5,000 of these"});
            EXPECT_EQ(images_in(html), 3); // the ring, and the mark of each node before its name
            EXPECT_TRUE(contains(html, "> Node → <img")) << html;
            EXPECT_TRUE(contains(html, "> list → back to the first<")) << html;
            EXPECT_TRUE(contains(html, ">5,000 of these<"));
        }

        TEST(RingHtml, OfNothingIsItsCaption)
        {
            const std::string html = picture_html(Ring{{}, 0, "nothing held itself"});
            EXPECT_EQ(images_in(html), 0);
            EXPECT_TRUE(contains(html, ">nothing held itself<"));
        }

        TEST(NearnessHtml, HasARowForEachMarkUnderTheWordsOfTheLine)
        {
            Nearness nearness;
            nearness.alternative_text = "two guesses";
            nearness.rows = {{"list", 0.2, "8 MB, was 40.4 MB"}, {"array", 1, ""}};
            const std::string html = picture_html(nearness);
            EXPECT_EQ(images_in(html), 2);
            EXPECT_LT(html.find("too little"), html.find("÷10"));
            EXPECT_LT(html.find("÷10"), html.find(">right<"));
            EXPECT_LT(html.find("×10"), html.find("too much"));
            EXPECT_LT(html.find("too much"), html.find(">list<"));
            EXPECT_TRUE(contains(html, ">8 MB, was 40.4 MB<"));
            EXPECT_TRUE(contains(html, R"(alt="two guesses")"));
        }

        TEST(FanHtml, HasTheObjectTheWaysAndWhereEachBegins)
        {
            const std::string html = picture_html(Fan{{{"y[3]", 0, 1}, {"Out[5]", 1, 0}}, "x", "two ways to x", "and 2 more"});
            EXPECT_EQ(images_in(html), 1);
            EXPECT_LT(html.find(">x<"), html.find(R"(alt="two ways to x")"));
            EXPECT_LT(html.find(R"(alt="two ways to x")"), html.find("y[3]\nOut[5]"));
            EXPECT_TRUE(contains(html, ">and 2 more<"));
        }

        TEST(PictureHtml, SaysOfEachCellHowItIsAligned)
        {
            // Front ends align the cells of their tables to the right.
            Nearness nearness;
            nearness.rows = {{"list", 0.2, "remark"}};
            for (const std::string& html :
                 {picture_html(arenas(1)), picture_html(nearness), picture_html(Fan{{{"y", 0, 0}}, "x", "", ""}), picture_html(Ring{{"Node"}, 0, "caption"})})
            {
                const std::regex cell("<td style=\"(?![^\"]*text-align:)");
                EXPECT_FALSE(std::regex_search(html, cell)) << html;
            }
        }

        TEST(PictureHtml, EscapesEveryWord)
        {
            Squares squares;
            squares.alternative_text = hostile;
            squares.rows = {{hostile, {1}, hostile}};
            Nearness nearness;
            nearness.alternative_text = hostile;
            nearness.rows = {{hostile, 1, hostile}};
            for (const std::string& html : {picture_html(squares), picture_html(nearness),
                                            picture_html(Fan{{{hostile, 0, 1}}, hostile, hostile, hostile}),
                                            picture_html(Ring{{hostile}, 0, hostile}), picture_html(Ring{{}, 0, hostile})})
            {
                EXPECT_FALSE(contains(html, "<script"));
                EXPECT_TRUE(contains(html, escaped));
            }
        }

        TEST(PictureHtml, OfNothingIsNothing)
        {
            EXPECT_EQ(picture_html(Squares{}), "");
            EXPECT_EQ(picture_html(Nearness{}), "");
            EXPECT_EQ(picture_html(Fan{}), "");
        }
    }
}
