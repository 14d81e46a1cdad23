// Tests of kernel/report/html_chart.cpp.
#include "report/html_pictures.hpp"

#include <regex>
#include <vector>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

        Chart growth()
        {
            Chart chart;
            chart.series = {{"list", {{1'000, 10'000}, {10'000, 100'000}}}, {"generator", {{1'000, 100}, {10'000, 100}}}};
            chart.x_label = "n";
            chart.y_label = "peak";
            chart.alternative_text = "peak against n";
            return chart;
        }

        struct Line
        {
            int top_px = 0;
            std::string words;
        };

        // The labels that are set at pixels, with where their line begins, counted from the top of their column.
        std::vector<Line> set_lines(const std::string& html, const std::string& column)
        {
            std::vector<Line> lines;
            const std::size_t begin = html.find(column);
            const std::string cell = html.substr(begin, html.find("</td>", begin) - begin);
            const std::regex line("<div style=\"margin-top:(-?\\d+)px;height:16px;[^\"]*\">(?:<img [^>]*> )?([^<]*)</div>");
            int reached_px = 0;
            for (std::sregex_iterator at(cell.begin(), cell.end(), line), end; at != end; ++at)
            {
                reached_px += std::stoi((*at)[1]);
                lines.push_back({reached_px, (*at)[2]});
                reached_px += 16;
            }
            return lines;
        }

        const std::string y_column = "padding:0 4px 0 0;text-align:right";
        const std::string names_column = "padding:0 0 0 4px;text-align:left";

        TEST(ChartHtml, SetsTheLabelsOfTheTicksAtTheirPixels)
        {
            // 3 steps of 64 px below a margin of 8 px; a label's line is 16 px high.
            const auto lines = set_lines(picture_html(growth()), y_column);
            ASSERT_EQ(lines.size(), 4u);
            for (int i = 0; i < 4; ++i)
                EXPECT_EQ(lines[i].top_px, 64 * i);
            EXPECT_EQ(lines[0].words, "100\u00a0kB");
            EXPECT_EQ(lines[3].words, "100\u00a0B");
        }

        TEST(ChartHtml, SetsTheLabelsBelowAtTheDistanceOfTheTicks)
        {
            const std::string html = picture_html(growth());
            // The first is centred on 8 px, and 180 px wide.
            EXPECT_TRUE(contains(html, "margin-left:-82px")) << html;
            EXPECT_TRUE(contains(html, "width:180px;text-align:center\">1,000</span>"));
            EXPECT_TRUE(contains(html, "width:180px;text-align:center\">10,000</span>"));
        }

        TEST(ChartHtml, LabelsEveryFewTicksWhereTheyAreClose)
        {
            Chart chart;
            chart.series = {{"huge", {{1, 0}, {10, 1}, {10'000'000, 1'000'000'000'000'000}}}};
            const std::string html = picture_html(chart);
            const auto lines = set_lines(html, y_column);
            ASSERT_GE(lines.size(), 5u);
            EXPECT_EQ(lines.back().words, "0\u00a0B");
            for (std::size_t i = 1; i < lines.size(); ++i)
                EXPECT_GE(lines[i].top_px - lines[i - 1].top_px, 16);
            EXPECT_TRUE(contains(html, ">1<"));
            EXPECT_FALSE(contains(html, ">10<"));
        }

        TEST(ChartHtml, SetsEachNameAtTheEndOfItsLine)
        {
            const auto lines = set_lines(picture_html(growth()), names_column);
            ASSERT_EQ(lines.size(), 2u);
            EXPECT_EQ(lines[0].words, "list");
            EXPECT_EQ(lines[0].top_px, 0);
            EXPECT_EQ(lines[1].words, "generator");
            EXPECT_EQ(lines[1].top_px, 192);
        }

        TEST(ChartHtml, KeepsNamesApartWhereLinesEndTogether)
        {
            Chart chart;
            for (const char* name : {"a", "b", "c", "d"})
                chart.series.push_back({name, {{1'000, 100}, {10'000, 100}}});
            chart.series.push_back({"e", {{1'000, 100'000}}});
            const auto lines = set_lines(picture_html(chart), names_column);
            ASSERT_EQ(lines.size(), 5u);
            EXPECT_EQ(lines[0].words, "e");
            for (std::size_t i = 1; i < lines.size(); ++i)
                EXPECT_GE(lines[i].top_px - lines[i - 1].top_px, 16);
            // The lowest stays within the picture: 3 steps of 64 px and the margins.
            EXPECT_LE(lines.back().top_px + 16, 192 + 17);
        }

        TEST(ChartHtml, HasRoomForMoreNamesThanThePictureIsHigh)
        {
            Chart chart;
            for (int i = 0; i < 40; ++i)
                chart.series.push_back({"name " + std::to_string(i), {{1'000, 100}}});
            const auto lines = set_lines(picture_html(chart), names_column);
            ASSERT_EQ(lines.size(), 40u);
            EXPECT_EQ(lines[0].top_px, 0);
            EXPECT_EQ(lines[39].top_px, 39 * 16);
        }

        TEST(ChartHtml, EscapesEveryWord)
        {
            Chart chart = growth();
            chart.series[0].label = chart.x_label = chart.y_label = chart.alternative_text = R"(<script>"'&)";
            const std::string html = picture_html(chart);
            EXPECT_FALSE(contains(html, "<script"));
            EXPECT_TRUE(contains(html, "alt=\"&lt;script&gt;&quot;&#39;&amp;\""));
        }

        TEST(ChartHtml, OfNothingIsNothing)
        {
            EXPECT_EQ(picture_html(Chart{}), "");
            Chart chart = growth();
            chart.series = {{"list", {}}};
            EXPECT_EQ(picture_html(chart), "");
        }

        TEST(ChartHtml, NamesASeriesWithoutPointsToo)
        {
            Chart chart = growth();
            chart.series.push_back({"failed", {}});
            const auto lines = set_lines(picture_html(chart), names_column);
            ASSERT_EQ(lines.size(), 3u);
            EXPECT_EQ(lines[0].words, "failed");
        }
    }
}
