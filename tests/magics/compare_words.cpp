// Tests of magics/compare_words.cpp: sentences that read well whatever a part is called.
#include "magics/compare_words.hpp"

#include <gtest/gtest.h>

namespace xmemory::magics
{
    namespace
    {
        ComparedRow row(const std::string& label, std::int64_t peak_bytes, std::int64_t kept_bytes = 0)
        {
            ComparedRow row;
            row.label = label;
            row.memory.figures.peak_bytes = peak_bytes;
            row.memory.figures.kept_bytes = kept_bytes;
            row.seconds = {1};
            return row;
        }

        TEST(PartName, ANounHasItsArticleAndOtherWordsQuotes)
        {
            EXPECT_EQ(part_name("list", 0, true), "The list");
            EXPECT_EQ(part_name("sorted list", 1, false), "the sorted list");
            EXPECT_EQ(part_name("sorted", 0, true), "“sorted”");
            EXPECT_EQ(part_name("with append", 1, false), "“with append”");
        }

        TEST(PartName, AnExpressionIsKnownByItsPlace)
        {
            EXPECT_EQ(part_name("[n for n in x]", 0, true), "The first");
            EXPECT_EQ(part_name("a + b", 5, false), "the sixth");
            EXPECT_EQ(part_name("a + b", 6, false), "number 7");
        }

        TEST(CompareFinding, SaysPeaksAndWhatIsKept)
        {
            EXPECT_EQ(compare_finding({row("list", 40'400'000), row("generator", 496)}),
                      "The list needs **40.4\u00a0MB** at its peak, the generator **496\u00a0B**. Both keep nothing.");
            EXPECT_EQ(
                compare_finding({row("sorted", 1'000), row("min", 0), row("a+b", 0, 2'000)}),
                "“sorted” needs **1.00\u00a0kB** at its peak, “min” **0\u00a0B**, the third **0\u00a0B**. “sorted” keeps "
                "nothing, “min” nothing, the third 2.00\u00a0kB.");
        }

        TEST(FirstItemFinding, SaysWhenAndAtWhichPrice)
        {
            ComparedRow list = row("list", 40'400'000);
            list.memory.first_item = FirstItem{40'400'000, 0.060, true};
            ComparedRow generator = row("generator", 496);
            generator.memory.first_item = FirstItem{400, 0.0002, true};
            EXPECT_EQ(first_item_finding({generator, list}),
                      "The generator has its first item after 200\u00a0µs and **400\u00a0B**, the list after 60\u00a0ms and "
                      "**40.4\u00a0MB**.");
            generator.memory.first_item->is_there = false;
            EXPECT_EQ(first_item_finding({generator, list}),
                      "The generator has no item, the list has its first item after 60\u00a0ms and **40.4\u00a0MB**.");
        }
    }
}
