// Tests of kernel/report/svg_squares.cpp.
#include "report/svg.hpp"

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

        Squares squares_of(std::vector<std::vector<double>> rows)
        {
            Squares squares;
            for (std::vector<double>& filled : rows)
                squares.rows.push_back({"", std::move(filled), ""});
            return squares;
        }

        TEST(SquaresSvg, FillsEachSquareFromBelowInWholePixels)
        {
            // Empty, half, full, full, a little: squares of 8 px every 9, in a row of 18 px.
            const SvgPicture picture = squares_svg(squares_of({{0, 0.5, 1, 1, 0.01}}));
            EXPECT_EQ(picture.width_px, 44);
            EXPECT_EQ(picture.height_px, 18);
            EXPECT_TRUE(contains(picture.svg, R"(<path d="M13 13v-4m27 4v-1" stroke="#0072B2" stroke-width="8"/>)"))
                << picture.svg;
            EXPECT_TRUE(
                contains(picture.svg, R"(<path d="M18 9h17" stroke="#0072B2" stroke-width="8" stroke-dasharray="8 1"/>)"))
                << picture.svg;
        }

        TEST(SquaresSvg, OutlinesEverySquareByDashesAlongItsEdges)
        {
            const SvgPicture picture = squares_svg(squares_of({{0, 0}}));
            EXPECT_EQ(picture.width_px, 17);
            EXPECT_TRUE(contains(picture.svg, R"(d="M0 5.5h17m0 7H0" stroke="#808080" stroke-width="1")"
                                              R"( stroke-dasharray="8 1")"))
                << picture.svg;
            EXPECT_TRUE(contains(picture.svg, R"(d="M0 9h17" stroke="#808080" stroke-width="8" stroke-dasharray="1 6 1 1")"))
                << picture.svg;
            EXPECT_FALSE(contains(picture.svg, "#0072B2"));
        }

        TEST(SquaresSvg, BreaksARowIntoLinesOfThirtyTwo)
        {
            const Squares squares = squares_of({std::vector<double>(64, 1), {1}});
            EXPECT_EQ(squares_row_px(squares), 22);
            const SvgPicture picture = squares_svg(squares);
            EXPECT_EQ(picture.width_px, 287);
            EXPECT_EQ(picture.height_px, 44);
            // Two lines of the first row, and the short one of the second in the middle of its height.
            EXPECT_TRUE(contains(picture.svg, R"(d="M0 6h287M0 15h287M0 33h8")")) << picture.svg;
        }

        TEST(SquaresSvg, OfNothingIsEmpty)
        {
            EXPECT_EQ(squares_svg(squares_of({})).height_px, 0);
            EXPECT_FALSE(contains(squares_svg(squares_of({{}})).svg, "#0072B2"));
        }

        TEST(SquaresSvg, StaysSmallWhereEverySquareDiffers)
        {
            Squares squares;
            for (int arena = 0; arena < 32; ++arena)
            {
                Squares::Row row;
                for (int pool = 0; pool < 64; ++pool)
                    row.filled.push_back(((arena * 64 + pool) % 7 + 1) / 8.0);
                squares.rows.push_back(row);
            }
            EXPECT_LT(squares_svg(squares).svg.size(), 18'000u);
        }
    }
}
