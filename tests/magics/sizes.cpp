// Tests of magics/sizes.cpp: what can be read as sizes, and what is said of the rest.
#include "magics/sizes.hpp"

#include <gtest/gtest.h>

#include "magics/command.hpp"

namespace xmemory::magics
{
    namespace
    {
        using Numbers = std::vector<std::int64_t>;

        std::string refusal_of(const std::string& text)
        {
            try
            {
                sizes_from("n", text);
            }
            catch (const UsageError& error)
            {
                return error.what();
            }
            return "";
        }

        TEST(Sizes, FromOneToTheOtherByPowersOfTen)
        {
            EXPECT_EQ(sizes_from("n", "1_000..1_000_000").numbers, (Numbers{1'000, 10'000, 100'000, 1'000'000}));
            EXPECT_EQ(sizes_from("rows", "5..50").variable, "rows");
            EXPECT_EQ(sizes_from("n", "5 .. 50").numbers, (Numbers{5, 50}));
            EXPECT_EQ(sizes_from("n", "1000..64000").numbers, (Numbers{1'000, 10'000, 64'000}));
        }

        TEST(Sizes, AsAList)
        {
            EXPECT_EQ(sizes_from("n", "10,100,5_000").numbers, (Numbers{10, 100, 5'000}));
            EXPECT_EQ(sizes_from("n", " 500, 20 ,20").numbers, (Numbers{20, 500}));
        }

        TEST(Sizes, TheWayOutOfWhatIsNone)
        {
            const std::string way_out =
                "write n=1_000..1_000_000 for each power of ten from one to the other, or n=10,100,5_000.";
            EXPECT_EQ(refusal_of("1..x"), "'x' is no size: " + way_out);
            EXPECT_EQ(refusal_of("10,"), "'' is no size: " + way_out);
            EXPECT_EQ(refusal_of("0..10"), "'0' is no size: " + way_out);
            EXPECT_EQ(refusal_of("1__0,2"), "'1__0' is no size: " + way_out);
            EXPECT_EQ(refusal_of("-5,5"), "'-5' is no size: " + way_out);
            EXPECT_EQ(refusal_of("1,9999999999999999"), "'9999999999999999' is no size: " + way_out);
            EXPECT_EQ(refusal_of("100..10"), "Sizes go up, and 100..10 does not: " + way_out);
            EXPECT_EQ(refusal_of("10"), "Two to eight sizes show how something grows, not 1: " + way_out);
            EXPECT_EQ(refusal_of("7..7"), "Two to eight sizes show how something grows, not 1: " + way_out);
            EXPECT_EQ(refusal_of("1..100000000"), "Two to eight sizes show how something grows, not 9: " + way_out);
        }
    }
}
