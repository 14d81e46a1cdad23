// Tests of kernel/cpython/look_point.cpp.
#include "cpython/look_point.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        std::vector<int> seen;
        bool was_tutor = true;

        void note(int number)
        {
            seen.push_back(number);
            was_tutor = was_tutor && core::here().role == core::Role::tutor;
        }

        TEST(LookPoint, CallsItsListenerAsTheTutorAndIsFalse)
        {
            Notebook notebook;
            Ref point(look_point::make(7));
            ASSERT_TRUE(point);
            PyDict_SetItemString(notebook.names(), "point", point.get());
            seen.clear();
            look_point::listen(note);
            notebook.run("results = [-point for _ in range(3)]");
            look_point::listen(nullptr);
            notebook.run("results.append(-point)");

            EXPECT_EQ(seen, (std::vector<int>{7, 7, 7}));
            EXPECT_TRUE(was_tutor);
            EXPECT_EQ(notebook.run_as_tutor("assert results == [False] * 4 and results[0] is False"), "");
        }

        TEST(LookPoint, CostsTheCellNothing)
        {
            Notebook notebook;
            Ref point(look_point::make(1));
            PyDict_SetItemString(notebook.names(), "point", point.get());
            look_point::listen(note);
            const core::SpanFigures figures = notebook.run("if -point: pass");
            look_point::listen(nullptr);
            EXPECT_EQ(small_of(figures).made.blocks, small_of(notebook.run("pass")).made.blocks);
        }
    }
}
