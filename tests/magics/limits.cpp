#include "magics/limits.hpp"

#include <gtest/gtest.h>

#include "magics/command.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::string refusal_of(const std::string& text)
        {
            try
            {
                read_limits(text);
            }
            catch (const UsageError& error)
            {
                return error.what();
            }
            return "";
        }

        TEST(Limits, AreReadInManyWays)
        {
            const struct
            {
                const char* text;
                const char* figure;
                bool inclusive;
                std::int64_t most;
            } table[] = {{"peak<10MB", "peak", false, 10'000'000},
                         {"peak < 10 MB", "peak", false, 10'000'000},
                         {"peak<=10_000", "peak", true, 10'000},
                         {"peak \u2264 1 KiB", "peak", true, 1024},
                         {"peak_bytes<10MB", "peak", false, 10'000'000},
                         {"kept<=0", "kept", true, 0},
                         {"kept <= nothing", "kept", true, 0},
                         {"net<0", "net", false, 0},
                         {"net <= -5 MB", "net", true, -5'000'000},
                         {"allocated<1,5GB", "allocated", false, 1'500'000'000},
                         {"allocations<1_000", "allocations", false, 1000},
                         {"allocations<=0", "allocations", true, 0},
                         {"freed<1GiB", "freed", false, 1'073'741'824}};
            for (const auto& row : table)
            {
                const std::vector<Limit> limits = read_limits(row.text);
                ASSERT_EQ(limits.size(), 1u) << row.text;
                EXPECT_STREQ(limits[0].figure->name, row.figure) << row.text;
                EXPECT_EQ(limits[0].inclusive, row.inclusive) << row.text;
                EXPECT_EQ(limits[0].most.bytes, row.most) << row.text;
            }
        }

        TEST(Limits, MayBeSeveral)
        {
            for (const char* text : {"peak<10MB kept<1kB", "peak < 10 MB   kept < 1 kB", "peak<10MB, kept<1kB",
                                     "peak<10MB and kept<1kB", "peak<10MB;kept<1kB", "peak<10MB & kept<1kB"})
            {
                const std::vector<Limit> limits = read_limits(text);
                ASSERT_EQ(limits.size(), 2u) << text;
                EXPECT_EQ(limits[0].most.bytes, 10'000'000) << text;
                EXPECT_EQ(limits[1].most.bytes, 1'000) << text;
            }
        }

        TEST(Limits, AllowWhatIsBelowThem)
        {
            const Limit under = read_limits("peak<10")[0], upto = read_limits("peak<=10")[0];
            EXPECT_TRUE(under.allows(9));
            EXPECT_FALSE(under.allows(10));
            EXPECT_TRUE(upto.allows(10));
            EXPECT_FALSE(upto.allows(11));
        }

        TEST(Limits, ThatCannotBeReadGetOneSentenceWithAnExample)
        {
            const char* const malformed[] = {"",
                                             " ",
                                             "peak",
                                             "10MB",
                                             "peak 10MB",
                                             "peak<",
                                             "peak<lots",
                                             "peak<-1",
                                             "<10MB",
                                             "speed<3",
                                             "peak>10MB",
                                             "peak>=10MB",
                                             "peak==10MB",
                                             "peak=10MB",
                                             "peak!=3",
                                             "peak:10MB",
                                             "peak<10MB kept",
                                             "kept peak<10MB",
                                             "peak<10MB x",
                                             "peak<10MB>5",
                                             "peak<<10MB",
                                             "peak<under 10MB",
                                             "kept<0",
                                             "peak<0",
                                             "allocations<10MB",
                                             "allocations<1 kB",
                                             "allocations<-1",
                                             "peak<1e30GB",
                                             "Peak<10MB kept<x",
                                             "peak<10 MB kept <",
                                             "peak<[1]",
                                             "peak<\xff",
                                             "peak<10MB,,kept",
                                             "and",
                                             "peak<10MB peak"};
            for (const char* text : malformed)
            {
                const std::string sentence = refusal_of(text);
                EXPECT_NE(sentence.find("Write limits like this: %%memory check peak<10MB kept<1kB."), std::string::npos)
                    << text << ": " << sentence;
                EXPECT_EQ(sentence.find('\n'), std::string::npos) << text;
            }
            EXPECT_NE(refusal_of(std::string(100'000, 'x') + "<1"), "");
        }

        TEST(Limits, AreShownInTheirUnit)
        {
            EXPECT_EQ(shown_limit(read_limits("peak<10MB")[0]), "10\u00a0MB");
            EXPECT_EQ(shown_limit(read_limits("peak<1GiB")[0]), "1.07\u00a0GB (1\u00a0GiB)");
            EXPECT_EQ(shown_limit(read_limits("allocations<1_000")[0]), "1,000");
            EXPECT_EQ(shown_amount(*read_limits("allocations<1")[0].figure, 1'000'214), "1,000,214");
            EXPECT_EQ(shown_amount(*read_limits("peak<1")[0].figure, 40'448'128), "40.4\u00a0MB");
        }
    }
}
