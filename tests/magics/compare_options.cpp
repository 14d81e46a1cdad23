// Tests of magics/compare_options.cpp: which words on the line are options, and what is left of the code.
#include "magics/compare_options.hpp"

#include <gtest/gtest.h>

#include "magics/command.hpp"

namespace xmemory::magics
{
    namespace
    {
        using Numbers = std::vector<std::int64_t>;

        TEST(ComparedLine, WithoutOptionsTheCodeStaysAsItIs)
        {
            for (const std::string code : {"", "A vs B", "n == 1 vs n", "x - -n vs 3", "f(n=10) vs 2", "a --b vs c"})
            {
                const ComparedLine line = compared_line(code);
                EXPECT_EQ(line.code, code);
                EXPECT_FALSE(line.options.sizes) << code;
                EXPECT_FALSE(line.options.first) << code;
            }
        }

        TEST(ComparedLine, SizesStandBeforeTheCodeOrAfterIt)
        {
            for (const std::string text :
                 {"n=10..1_000 A vs B", " n = 10..1_000  A vs B", "--n 10..1_000 A vs B", "--n=10..1_000 A vs B",
                  "A vs B --n 10..1_000", "A vs B --n=10..1_000", "n=10,100,1_000 A vs B", "n=10, 100, 1_000 A vs B"})
            {
                const ComparedLine line = compared_line(text);
                EXPECT_EQ(line.code, "A vs B") << text;
                ASSERT_TRUE(line.options.sizes) << text;
                EXPECT_EQ(line.options.sizes->variable, "n");
                EXPECT_EQ(line.options.sizes->numbers, (Numbers{10, 100, 1'000})) << text;
            }
        }

        TEST(ComparedLine, FirstStandsBeforeTheCodeOrAfterIt)
        {
            for (const std::string text : {"--first A vs B", "A vs B --first"})
            {
                EXPECT_EQ(compared_line(text).code, "A vs B");
                EXPECT_TRUE(compared_line(text).options.first);
            }
            EXPECT_FALSE(compared_line("--firsts A vs B").options.first);
        }

        TEST(ComparedLine, RunsStandBeforeTheCodeOrAfterIt)
        {
            for (const std::string text : {"--runs 3 A vs B", "--runs=3 A vs B", "A vs B --runs 3"})
            {
                const ComparedLine line = compared_line(text);
                EXPECT_EQ(line.code, "A vs B") << text;
                EXPECT_EQ(line.options.runs, 3) << text;
                EXPECT_FALSE(line.options.sizes) << text;
            }
            EXPECT_EQ(compared_line("--runs 10,100 A vs B").options.sizes->variable, "runs");
            EXPECT_THROW(compared_line("--runs 0 A vs B"), UsageError);
            EXPECT_THROW(compared_line("--runs 100000000000000000000 A vs B"), UsageError);
        }

        TEST(ComparedLine, BothTogether)
        {
            const ComparedLine line = compared_line("rows=5..50 --first");
            EXPECT_EQ(line.code, "");
            EXPECT_TRUE(line.options.first);
            ASSERT_TRUE(line.options.sizes);
            EXPECT_EQ(line.options.sizes->variable, "rows");
        }

        TEST(ComparedLine, WhatCannotBeReadIsRefused)
        {
            EXPECT_THROW(compared_line("n=10 A vs B"), UsageError);
            EXPECT_THROW(compared_line("n=1..x A vs B"), UsageError);
            EXPECT_THROW(compared_line("n=1..100 m=1..100 A vs B"), UsageError);
        }
    }
}
