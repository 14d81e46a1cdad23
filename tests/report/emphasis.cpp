// Tests of kernel/report/emphasis.cpp.
#include "report/emphasis.hpp"

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        TEST(RunsOf, SplitsAtMarkedWords)
        {
            const auto runs = runs_of("kept **40.0 MB**, freed **1 MB**");
            ASSERT_EQ(runs.size(), 4u);
            EXPECT_EQ(runs[0].text, "kept ");
            EXPECT_FALSE(runs[0].bold);
            EXPECT_EQ(runs[1].text, "40.0 MB");
            EXPECT_TRUE(runs[1].bold);
            EXPECT_EQ(runs[2].text, ", freed ");
            EXPECT_FALSE(runs[2].bold);
            EXPECT_EQ(runs[3].text, "1 MB");
            EXPECT_TRUE(runs[3].bold);
        }

        TEST(Plain, TakesTheMarkersOut) { EXPECT_EQ(plain("**All** of it is **x**."), "All of it is x."); }

        TEST(Plain, LeavesPythonAsItWasWritten)
        {
            for (const char* source :
                 {"x = 2**3**4", "f(**a, **b)", "f(x, **a, **b)", "2 ** 3 ** 4", "**", "****", "a **b", "**a **b"})
                EXPECT_EQ(plain(source), source);
        }

        TEST(Plain, FindsMarkedWordsBehindPython)
        {
            EXPECT_EQ(plain("[4] x = 2**3 made **61 %** of it"), "[4] x = 2**3 made 61 % of it");
        }
    }
}
