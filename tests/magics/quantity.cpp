#include "magics/quantity.hpp"

#include <gtest/gtest.h>

namespace xmemory::magics
{
    namespace
    {
        std::int64_t bytes_of(const std::string& text)
        {
            const QuantityRead read = read_quantity(text);
            EXPECT_TRUE(read.quantity) << text << ": " << read.why;
            return read.quantity ? read.quantity->bytes : -1;
        }

        TEST(Quantity, IsReadHoweverPeopleWriteIt)
        {
            const std::pair<const char*, std::int64_t> table[] = {
                {"0", 0},
                {"0 B", 0},
                {"nothing", 0},
                {"Zero", 0},
                {"496", 496},
                {"496 B", 496},
                {"1 byte", 1},
                {"40MB", 40'000'000},
                {"40 MB", 40'000'000},
                {"40mb", 40'000'000},
                {" 40 Mb ", 40'000'000},
                {"40\u00a0MB", 40'000'000},
                {"40M", 40'000'000},
                {"40 megabytes", 40'000'000},
                {"40 MB.", 40'000'000},
                {"'40 MB'", 40'000'000},
                {"about 40 MB", 40'000'000},
                {"~40MB", 40'000'000},
                {"\u2248 40 MB", 40'000'000},
                {"maybe around 40 MB!", 40'000'000},
                {"= 40 MB", 40'000'000},
                {"40_000_000", 40'000'000},
                {"40,000,000", 40'000'000},
                {"40.000.000", 40'000'000},
                {"40 000 000", 40'000'000},
                {"40'000'000", 40'000'000},
                {"40,000,000.4 bytes", 40'000'000},
                {"40.000.000,4 bytes", 40'000'000},
                {"4e7", 40'000'000},
                {"4.0e+7 B", 40'000'000},
                {"40 million bytes", 40'000'000},
                {"40 million", 40'000'000},
                {"a million bytes", 1'000'000},
                {"40 thousand kB", 40'000'000},
                {"1.5 kB", 1'500},
                {"1,5 kB", 1'500},
                {".5 kB", 500},
                {"0,125 MB", 125'000},
                {"1,500 kB", 1'500'000},
                {"1.500 kB", 1'500},
                {"1e-3 GB", 1'000'000},
                {"1 KiB", 1'024},
                {"1.5 MiB", 1'572'864},
                {"1GiB", 1'073'741'824},
                {"2 tebibytes", 2'199'023'255'552},
                {"2TB", 2'000'000'000'000},
            };
            for (const auto& [text, bytes] : table)
            {
                EXPECT_EQ(bytes_of(text), bytes) << text;
            }
        }

        TEST(Quantity, MayBeABound)
        {
            for (const char* text :
                 {"under 1 kB", "less than 1 kB", "< 1 kB", "<=1kB", "at most 1 kB", "Below 1kB", "\u2264 1 kB"})
            {
                const QuantityRead read = read_quantity(text);
                ASSERT_TRUE(read.quantity) << text;
                EXPECT_TRUE(read.quantity->is_bound) << text;
                EXPECT_EQ(read.quantity->bytes, 1000) << text;
            }
            EXPECT_FALSE(read_quantity("1 kB").quantity->is_bound);
        }

        TEST(Quantity, MayBeBelowZeroWhereThatMakesSense)
        {
            EXPECT_EQ(read_quantity("-5 MB", Sign::any).quantity->bytes, -5'000'000);
            EXPECT_EQ(read_quantity("\u2212"
                                    "5 MB",
                                    Sign::any)
                          .quantity->bytes,
                      -5'000'000);
            EXPECT_EQ(read_quantity("-0").quantity->bytes, 0);
            EXPECT_NE(read_quantity("-5 MB").why.find("'-5 MB' is below zero"), std::string::npos);
        }

        TEST(Quantity, IsRefusedInOneSentenceWithTheWayOut)
        {
            const char* const malformed[] = {"",
                                             " ",
                                             "lots",
                                             "MB",
                                             "MB 40",
                                             "40 MBit",
                                             "40 apples",
                                             "forty MB",
                                             "40 40",
                                             "4 0 MB",
                                             "40 MB 3",
                                             "40 MB MB",
                                             "1.2.3 MB",
                                             "1,2,3 MB",
                                             "1_000_",
                                             "_1",
                                             "1__0",
                                             "0x10",
                                             "1e",
                                             "1e MB",
                                             "e7",
                                             "1e1000000",
                                             "1e30 GB",
                                             "1e999",
                                             "99999999 TB",
                                             "inf",
                                             "nan",
                                             "-1",
                                             "-1 MB",
                                             "--1",
                                             "+",
                                             "-",
                                             ".",
                                             ",",
                                             "_",
                                             "'",
                                             "\"",
                                             "1 + 1",
                                             "2 * 4 MB",
                                             "8 MB?",
                                             "[8 MB]",
                                             "{n} MB",
                                             "$n",
                                             "8\n9",
                                             "8;9",
                                             "over 9",
                                             "> 9 MB",
                                             "at least 4",
                                             "under",
                                             "under lots",
                                             "about",
                                             "40%",
                                             "\xff\xfe",
                                             "\x01",
                                             "\u00bd MB",
                                             "\u0664\u0660 MB",
                                             "<b>8 MB</b>",
                                             "40 \u041c\u0411"};
            for (const char* text : malformed)
            {
                const QuantityRead read = read_quantity(text);
                EXPECT_FALSE(read.quantity) << text;
                EXPECT_NE(read.why.find("Write an amount such as 40 MB"), std::string::npos) << text << ": " << read.why;
                EXPECT_EQ(read.why.find('\n'), std::string::npos) << text;
                EXPECT_LT(read.why.size(), 200u) << text;
            }
            EXPECT_FALSE(read_quantity(std::string(100'000, '9')).quantity);
            EXPECT_FALSE(read_quantity(std::string(100'000, 'x')).quantity);
            EXPECT_NE(read_quantity("1e30 GB").why.find("more than any computer has"), std::string::npos);
        }

        // Whatever is typed, either an amount of zero or more or a sentence comes back.
        TEST(Quantity, HasAnAnswerToEverything)
        {
            const std::string pieces[] = {"4", "40", "0",   ",",       ".",      "_", " ", "-",
                                          "e", "kB", "MiB", "million", "under ", "?", "'"};
            for (const std::string& one : pieces)
            {
                for (const std::string& two : pieces)
                {
                    for (const std::string& three : pieces)
                    {
                        const QuantityRead read = read_quantity(one + two + three);
                        EXPECT_EQ(read.quantity.has_value(), read.why.empty()) << one << two << three;
                        EXPECT_TRUE(!read.quantity || read.quantity->bytes >= 0) << one << two << three;
                    }
                }
            }
        }

        TEST(Quantity, IsShownShortAndInBothWays)
        {
            const std::pair<const char*, const char*> table[] = {{"8MB", "8\u00a0MB"},
                                                                 {"40.4 MB", "40.4\u00a0MB"},
                                                                 {"400 MB", "400\u00a0MB"},
                                                                 {"1500", "1.5\u00a0kB"},
                                                                 {"0", "0\u00a0B"},
                                                                 {"1 GiB", "1.07\u00a0GB (1\u00a0GiB)"},
                                                                 {"1.5mib", "1.57\u00a0MB (1.5\u00a0MiB)"},
                                                                 {"under 1 kB", "under 1\u00a0kB"}};
            for (const auto& [text, words] : table)
            {
                EXPECT_EQ(shown(*read_quantity(text).quantity), words);
            }
        }
    }
}
