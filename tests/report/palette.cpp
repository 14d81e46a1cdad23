// Tests of kernel/report/palette.cpp.
#include "report/palette.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        // WCAG 2.1, relative luminance and contrast ratio.
        double luminance(const std::string& colour)
        {
            const auto channel = [&](std::size_t at)
            {
                const double share = std::stoi(colour.substr(at, 2), nullptr, 16) / 255.0;
                return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
            };
            return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
        }

        double contrast(const std::string& one, const std::string& other)
        {
            const auto [darker, lighter] = std::minmax({luminance(one), luminance(other)});
            return (lighter + 0.05) / (darker + 0.05);
        }

        std::vector<std::string> all_colours()
        {
            std::vector<std::string> colours(kind_colours.begin(), kind_colours.end());
            colours.push_back(outline_colour);
            for (const Shade shade : {Shade::python_small, Shade::python_large, Shade::native})
                colours.push_back(fill_of(shade));
            return colours;
        }

        TEST(Palette, HoldsThreeToOneOnWhiteAndOnTheDarkGrounds)
        {
            EXPECT_NEAR(contrast("#FFFFFF", "#000000"), 21, 0.01);
            // White; JupyterLab's and Notebook's dark output, their dark cells; Visual Studio Code's dark ground.
            for (const std::string ground : {"#FFFFFF", "#111111", "#212121", "#1E1E1E"})
                for (const std::string& colour : all_colours())
                    EXPECT_GE(contrast(colour, ground), 3) << colour << " on " << ground;
        }

        TEST(Palette, HasNoFillForWhatIsFree) { EXPECT_EQ(fill_of(Shade::free), nullptr); }

        TEST(Marker, OfEachOfThirtySixKindsDiffersAndThenTheyComeAgain)
        {
            std::set<std::string> all;
            for (int kind = 0; kind < 36; ++kind)
                all.insert(marker_svg(kind, 10, 10, 4));
            EXPECT_EQ(all.size(), 36u);
            EXPECT_EQ(marker_svg(36, 10, 10, 4), marker_svg(0, 10, 10, 4));
        }

        TEST(Marker, OfTheFirstSixKindsHasAShapeOfItsOwn)
        {
            std::set<std::string> shapes;
            for (int kind = 0; kind < 6; ++kind)
            {
                const std::string marker = marker_svg(kind, 10, 10, 4);
                shapes.insert(marker.substr(0, marker.find(" fill")));
            }
            EXPECT_EQ(shapes.size(), 6u);
        }

        TEST(Marker, IsAPathOfWholePixels)
        {
            EXPECT_EQ(marker_svg(0, 10, 20, 4), R"(<circle cx="10" cy="20" r="4" fill="#0072B2"/>)");
            EXPECT_EQ(marker_svg(1, 10, 20, 4), R"(<path d="M6 16h8v8h-8z" fill="#D55E00"/>)");
            EXPECT_EQ(marker_svg(3, 10, 20, 4), R"(<path d="M10 15l5 5l-5 5l-5-5z" fill="#CC79A7"/>)");
            EXPECT_EQ(marker_svg(5, 10, 20, 4), R"(<path d="M8 15h4v3h3v4h-3v3h-4v-3h-3v-4h3z" fill="#9A7D0A"/>)");
        }
    }
}
