#include "magics/fault_stack.hpp"

#include <gtest/gtest.h>

namespace xmemory::magics
{
    namespace
    {
        const std::string dump = "Stack (most recent call first):\n"
                                 "  File \"/usr/lib/python3.11/ctypes/__init__.py\", line 519 in string_at\n"
                                 "  File \"/tmp/xpython_12/345.py\", line 4 in touch\n"
                                 "  File \"/tmp/xpython_12/345.py\", line 6 in <module>\n"
                                 "  File \"/lib/IPython/core/interactiveshell.py\", line 3508 in run_code\n"
                                 "  ...\n";

        TEST(FaultStack, EndsWithTheCell)
        {
            const auto frames = read_fault_stack(dump, 3);
            ASSERT_EQ(frames.size(), 3u);
            EXPECT_EQ(frames[0].words(), "/usr/lib/python3.11/ctypes/__init__.py, line 519, in string_at");
            EXPECT_EQ(frames[1].words(), "[3], line 4, in touch");
            EXPECT_EQ(frames[2].words(), "[3], line 6");
        }

        TEST(FaultStack, WithoutACellIsWhole)
        {
            EXPECT_EQ(read_fault_stack("  File \"a.py\", line 1 in f\n  File \"b.py\", line ??? in g\n", 0).at(1).words(),
                      "b.py, in g");
        }

        TEST(FaultStack, FoldsEqualFramesInARow)
        {
            std::string text;
            for (int times = 0; times < 50; ++times)
            {
                text += "  File \"/tmp/xpython_1/2.py\", line 5 in __repr__\n";
            }
            const auto frames = read_fault_stack(text, 1);
            ASSERT_EQ(frames.size(), 1u);
            EXPECT_EQ(frames[0].times, 50);
        }

        TEST(FaultStack, AFilesNameMayHoldAnything)
        {
            EXPECT_EQ(read_fault_stack("  File \"a\", line 2 in x\", line 3 in f\n", 0).at(0).file, "a\", line 2 in x");
            EXPECT_TRUE(read_fault_stack("  File \"\n  File \", line 1 in\n\0 in", 0).empty());
        }
    }
}
