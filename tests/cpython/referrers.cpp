// Tests of kernel/cpython/referrers.cpp: each reference to an object is found and told, whatever holds it.
#include "cpython/referrers.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        std::vector<std::string> words_of_holders(const Notebook& notebook)
        {
            std::vector<std::string> words;
            for (const Referrer& one : find_referrers({notebook.get("x")}))
            {
                words.push_back(one.words);
            }
            std::sort(words.begin(), words.end());
            return words;
        }

        struct Case
        {
            const char* code;
            const char* words; // of the one beside the variable x
        };

        TEST(Referrers, AreToldInWords)
        {
            for (const Case& one : std::vector<Case>{{"h = [0, x]", "[1]"},
                                                     {"h = (0, x)", "[1]"},
                                                     {"h = {'k': x}", "['k']"},
                                                     {"h = {x: 1}", " (a key)"},
                                                     {"h = {x}", " (a member)"},
                                                     {"h = Node(); h.child = x", ".child"},
                                                     {"h = Slots(); h.child = x", ".child"},
                                                     {"h = (lambda v: lambda: v)(x)", ".cell_contents"},
                                                     {"h = steps(x); next(h)", "held in steps()"},
                                                     {"h = collections.deque([x])", "[0]"},
                                                     {"h = x.method", ".__self__"},
                                                     {"h = iter([x])", "[0]"}})
            {
                Notebook notebook;
                ASSERT_EQ(notebook.run_as_tutor("import gc, collections\n"
                                                "class Node:\n    def method(self): pass\n"
                                                "class Slots: __slots__ = ('child',)\n"
                                                "def steps(held): yield 1\n"
                                                "x = Node()\n" +
                                                std::string(one.code)),
                          "");
                EXPECT_EQ(words_of_holders(notebook), (std::vector<std::string>{one.words, "['x']"})) << one.code;
                EXPECT_EQ(Py_REFCNT(notebook.get("x")), 2) << one.code;
            }
        }

        TEST(Referrers, AreFoundInWhatTheCollectorDoesNotTrack)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import gc\nx = 'a' * len('bcd')\nh = [{'k': x}, tuple([x, 1])]\ngc.collect()\n"
                                            "assert not gc.is_tracked(h[0]) and not gc.is_tracked(h[1])"),
                      "");
            EXPECT_EQ(words_of_holders(notebook), (std::vector<std::string>{"['k']", "['x']", "[0]"}));
        }

        TEST(Referrers, EachReferenceIsTold)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("x = [1]\nh = [x, 0, x]\ny = x"), "");
            EXPECT_EQ(words_of_holders(notebook), (std::vector<std::string>{"['x']", "['y']", "[0]", "[2]"}));
            EXPECT_EQ(Py_REFCNT(notebook.get("x")), 4);
        }
    }
}
