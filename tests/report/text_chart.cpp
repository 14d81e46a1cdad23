// Tests of kernel/report/text_chart.cpp.
#include "report/text_pictures.hpp"

#include <limits>
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

        TEST(ChartText, PutsALetterAtEachPoint)
        {
            Chart chart;
            chart.x_label = "n";
            chart.y_label = "peak";
            chart.series = {{"list", {{1'000, 10'000}, {1'000'000, 10'000'000}}},
                            {"generator", {{1'000, 500}, {1'000'000, 500}}}};
            // With ordinary spaces before the units, to be seen as it stands.
            std::string text = picture_text(chart);
            for (std::size_t at = text.find("\u00a0"); at != std::string::npos; at = text.find("\u00a0"))
                text.replace(at, 2, " ");
            EXPECT_EQ(text, "  peak\n"
                            " 10 MB │                                                      a\n"
                            "       │\n"
                            "  1 MB │\n"
                            "       │\n"
                            "100 kB │\n"
                            "       │\n"
                            " 10 kB │a\n"
                            "       │\n"
                            "  1 kB │\n"
                            "       │b                                                     b\n"
                            " 100 B │\n"
                            "      1,000            10,000            100,000          1,000,000  n\n"
                            "a list  b generator");
        }

        TEST(ChartText, PutsLettersThatFallTogetherBesideEachOther)
        {
            Chart chart;
            chart.series = {{"list", {{1'000, 400}}}, {"tuple", {{1'000, 400}}}, {"set", {{1'000, 400}}}};
            EXPECT_NE(picture_text(chart).find("│abc"), std::string::npos) << picture_text(chart);
        }

        TEST(ChartText, PutsZeroOnTheFloor)
        {
            Chart chart;
            chart.series = {{"freed", {{1, 0}, {10, 100}}}};
            const std::string text = picture_text(chart);
            EXPECT_NE(text.find("  0\u00a0B │a"), std::string::npos) << text;
        }

        TEST(ChartText, KeepsToThePageWhateverItHolds)
        {
            constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
            Chart chart;
            chart.x_label = "n";
            chart.y_label = "peak";
            for (int i = 0; i < 40; ++i)
                chart.series.push_back({"series " + std::to_string(i), {{0, 0}, {1, 1}, {greatest, greatest}}});
            const auto lines = lines_of(picture_text(chart));
            EXPECT_LE(lines.size(), 21u + 2u + 8u);
            for (const std::string& line : lines)
                EXPECT_LE(display_width(line), 80) << line;
        }

        TEST(ChartText, SendsNoControlCharacterToTheTerminal)
        {
            Chart chart;
            chart.x_label = chart.y_label = "\x1b";
            chart.series = {{"\x1b", {{1, 1}}}};
            EXPECT_EQ(picture_text(chart).find('\x1b'), std::string::npos);
        }

        TEST(ChartText, OfNothingIsNothing)
        {
            EXPECT_EQ(picture_text(Chart{}), "");
            EXPECT_EQ(picture_text(Chart{{{"list", {}}}, "", "", ""}), "");
        }
    }
}
