// Tests of kernel/cpython/learner_code.cpp. What the functions with names of their own do stands in python.hpp.
#include "cpython/learner_code.hpp"

#include <gtest/gtest.h>

#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        std::int64_t blocks_made(const core::SpanFigures& figures)
        {
            return small_of(figures).made.blocks + large_of(figures).made.blocks + native_of(figures).made.blocks;
        }

        // Python's own words for what a builtin refuses, and the stand-in's for the same.
        void expect_the_same_error(const std::string& builtin, const std::string& stand_in, const std::string& arguments)
        {
            Notebook notebook;
            const std::string expected = notebook.run_as_tutor(builtin + arguments);
            EXPECT_NE(expected, "") << arguments;
            EXPECT_EQ(notebook.run_as_tutor(stand_in + arguments), expected) << arguments;
        }

        TEST(LearnerCode, PassAllocatesNothing)
        {
            Notebook notebook;
            notebook.run("pass");
            EXPECT_EQ(blocks_made(notebook.run("pass")), 0);
        }

        TEST(LearnerCode, ExecRunsModuleCodeInItsNames)
        {
            Notebook notebook;
            const core::SpanFigures figures = notebook.run("def f():\n    global y\n    y = [x, x]\nx = bytes(1000)\nf()");
            EXPECT_EQ(notebook.error, "");
            EXPECT_EQ(PyList_Size(notebook.get("y")), 2);
            EXPECT_EQ(large_of(figures).kept().bytes, 1033);
        }

        TEST(LearnerCode, ExecPassesOnWhatTheCodeRaises)
        {
            Notebook notebook;
            const core::SpanFigures figures = notebook.run("x = bytes(1000)\n1 / 0\nx = None");
            EXPECT_EQ(notebook.error, "ZeroDivisionError: division by zero");
            EXPECT_EQ(large_of(figures).kept().bytes, 1033) << "what was made until then is there";
        }

        TEST(LearnerCode, ExecGivesNothingAndEvalAValue)
        {
            Notebook notebook;
            EXPECT_EQ(notebook.run_as_tutor("g = {'a': 20}\n"
                                            "assert learner_exec(compile('b = a + 1', '', 'exec'), g, g) is None\n"
                                            "assert g['b'] == 21\n"
                                            "assert learner_eval(compile('a + 2', '', 'eval'), g, g) == 22\n"
                                            "assert learner_eval('a + 3', g) == 23\n"
                                            "assert learner_exec('c = a + 4', g) is None\n"
                                            "assert g['c'] == 24"),
                      "");
        }

        TEST(LearnerCode, ExecAndEvalOfTextUseTheCallersNames)
        {
            Notebook notebook;
            EXPECT_EQ(notebook.run_as_tutor("learner_exec('z = 3')\n"
                                            "assert z == 3 and learner_eval('z') == 3\n"
                                            "def f(n): return learner_eval('n + z')\n"
                                            "assert f(1) == 4\n"
                                            "l = {}\n"
                                            "learner_exec('here = z', globals(), l)\n"
                                            "learner_exec(compile('there = z', '', 'exec'), globals(), l)\n"
                                            "assert l == {'here': 3, 'there': 3} and 'here' not in globals()"),
                      "");
        }

        TEST(LearnerCode, AddsBuiltinsWhereTheNamesHaveNone)
        {
            Notebook notebook;
            EXPECT_EQ(notebook.run_as_tutor("g = {}\nlearner_exec(compile('n = len([1])', '', 'exec'), g, g)\n"
                                            "assert g['n'] == 1"),
                      "");
        }

        TEST(LearnerCode, WrongArgumentsGivePythonsOwnErrors)
        {
            for (const char* arguments : {"()", "(1)", "(None, {})", "('x', 1)", "('x', {}, 1)", "('x', {}, {}, {})",
                                          "('x = (')", "('x = 1', surprise=1)", "(compile('x', '', 'exec'), 1, 1)"})
            {
                expect_the_same_error("exec", "learner_exec", arguments);
            }
            for (const char* arguments : {"()", "(1)", "('x', 1)", "('x = 1')", "('')", "('x', {}, {}, {})", "('1/0')"})
            {
                expect_the_same_error("eval", "learner_eval", arguments);
            }
            for (const char* arguments :
                 {"()", "('x')", "('x', 'f', 'neither')", "('x =', 'f', 'exec')", "(1, 'f', 'exec')"})
            {
                expect_the_same_error("compile", "source_compile", arguments);
            }
        }

        TEST(LearnerCode, CodeWithFreeVariablesIsRefusedAsByPython)
        {
            expect_the_same_error("exec", "learner_exec", "((lambda v: (lambda: v).__code__)(1), *[globals()] * 2)");
        }

        TEST(LearnerCode, CompilingForACellIsItsSource)
        {
            Notebook notebook;
            const int cell = core::next_cell();
            core::ledger::begin_cell(cell);
            const Ref code(
                PyObject_CallFunction(notebook.get("source_compile"), "sss", "x = [1.5, 2.5, 'word']", "f", "exec"));
            const core::SpanFigures figures = core::ledger::end_cell();
            ASSERT_TRUE(code) << take_error();
            EXPECT_EQ(blocks_made(figures), 0);
            EXPECT_GT(core::ledger::source_in_use(cell).bytes, 100);
            EXPECT_EQ(core::ledger::still_in_use(cell).blocks, 0);
        }

        TEST(LearnerCode, EvalOfACellWithAwaitGivesACoroutineWhoseStepsAreTheLearners)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor(std::string(waiting) +
                                            "import ast\n"
                                            "code = compile('x = bytes(5000)\\nawait Ask()\\ny = bytes(6000)', '', 'exec',\n"
                                            "               flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)\n"
                                            "c = learner_eval(code, globals(), globals())"),
                      "");
            // When the machinery steps it, with work of its own between
            core::ledger::begin_cell(core::next_cell());
            ASSERT_EQ(notebook.run_as_tutor("assert c.send(None) == 'asked'\nours = bytes(70_000)\nresult(c.send, None)"),
                      "");
            const core::SpanFigures figures = core::ledger::end_cell();
            // Then the steps alone are counted
            EXPECT_EQ(large_of(figures).kept().bytes, 5033 + 6033);
        }

        TEST(LearnerCode, WhatTimeitDefinesIsTheLearnersWhenItRuns)
        {
            Notebook notebook;
            core::ledger::begin_cell(core::next_cell());
            EXPECT_EQ(notebook.run_as_tutor(
                          "ns = {}\n"
                          "learner_exec(compile('def inner(n):\\n    return bytes(n)', '<magic-timeit>', 'exec'),\n"
                          "             globals(), ns)\n"
                          "ours = bytes(70_000)\n"
                          "theirs = ns['inner'](5000)"),
                      "");
            const core::SpanFigures figures = core::ledger::end_cell();
            EXPECT_EQ(large_of(figures).made.bytes, 5033);
        }
    }
}
