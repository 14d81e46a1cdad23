// Tests of kernel/cpython/object_watch.cpp: the end of each kind of object is seen where it happens, and only its end.
#include "cpython/object_watch.hpp"

#include <gtest/gtest.h>

#include "cpython/collections.hpp"
#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        namespace watch = object_watch;
        using watch::Answer;
        using watch::Death;

        // Watches what the notebook's x is bound to while code runs.
        class ObjectWatch : public ::testing::Test
        {
        protected:
            void SetUp() override { ASSERT_EQ(notebook_.run_as_tutor("import gc\nclass Node: pass\ngc.collect()\ngc.disable()"), ""); }
            void TearDown() override
            {
                watch::end();
                EXPECT_EQ(notebook_.run_as_tutor("gc.enable()"), "");
            }

            void bind(const std::string& expression)
            {
                ASSERT_EQ(notebook_.run_as_tutor("x = " + expression), "");
                object_ = notebook_.get("x");
                ASSERT_TRUE(watch::begin(nullptr));
            }

            std::vector<Death> deaths_in(const std::string& code)
            {
                notebook_.run(code);
                EXPECT_EQ(notebook_.error, "");
                return watch::take_deaths();
            }

            Notebook notebook_;
            PyObject* object_ = nullptr; // compared only
        };

        TEST_F(ObjectWatch, SeesTheEndOfEveryKind)
        {
            for (const char* const expression :
                 {"[1]", "[]", "{}", "{'a': 1}", "(1, [])", "1.5 + len('a')", "{1}", "10 ** 30", "'a' * len('abcde')", "'é' * 40",
                  "bytes(600)", "bytearray(1)", "Node()", "Node", "lambda: 1", "iter([1])", "(n for n in [1])", "range(10 ** 6)",
                  "type('L', (list,), {})()", "type('F', (float,), {})(2)", "object()", "[].append", "gc.collect.__str__"})
            {
                bind(expression);
                ASSERT_EQ(watch::watch(object_), Answer::watched) << expression;
                EXPECT_TRUE(deaths_in("y = x").empty()) << expression;
                EXPECT_TRUE(deaths_in("del x").empty()) << expression;
                const std::vector<Death> deaths = deaths_in("del y\nif 'Node' not in globals(): pass");
                if (std::string(expression) == "Node") // the name of the class holds it still
                {
                    EXPECT_TRUE(deaths.empty());
                }
                else
                {
                    ASSERT_EQ(deaths.size(), 1u) << expression;
                    EXPECT_EQ(deaths[0].object, object_) << expression;
                    EXPECT_EQ(deaths[0].how, Death::How::last_reference) << expression;
                }
                watch::end();
            }
        }

        TEST_F(ObjectWatch, IsNotMisledByAnotherAtTheSamePlace)
        {
            bind("[1]");
            ASSERT_EQ(watch::watch(object_), Answer::watched);
            const std::vector<Death> deaths = deaths_in("del x\nx = [2]\nplace = id(x)\ndel x\nx = [3]");
            ASSERT_EQ(deaths.size(), 1u);
            EXPECT_EQ(PyLong_AsVoidPtr(notebook_.get("place")), object_) << "CPython gives the place of a list to the next one";
        }

        TEST_F(ObjectWatch, TellsACollectionFromALastReference)
        {
            ASSERT_EQ(notebook_.run_as_tutor("gc.enable()"), "");
            ASSERT_TRUE(collections::watch());
            ASSERT_EQ(notebook_.run_as_tutor("gc.disable()"), "");
            bind("Node()");
            ASSERT_EQ(watch::watch(object_), Answer::watched);
            EXPECT_TRUE(deaths_in("x.me = x\ndel x").empty());
            const std::vector<Death> deaths = deaths_in("gc.collect(1)");
            ASSERT_EQ(deaths.size(), 1u);
            EXPECT_EQ(deaths[0].how, Death::How::collector);
            EXPECT_TRUE(deaths[0].was_unreachable);
            EXPECT_TRUE(deaths[0].asked_for);
            EXPECT_EQ(deaths[0].generation, 1);
        }

        TEST_F(ObjectWatch, SaysWhetherAFinalizerRanAndThatAResurrectedOneLives)
        {
            ASSERT_EQ(notebook_.run_as_tutor("saved = []\nclass Phoenix:\n    def __del__(self): saved.append(self)"), "");
            bind("Phoenix()");
            ASSERT_EQ(watch::watch(object_), Answer::watched);
            EXPECT_TRUE(deaths_in("del x").empty());
            const std::vector<Death> deaths = deaths_in("saved.clear()");
            ASSERT_EQ(deaths.size(), 1u);
            EXPECT_TRUE(deaths[0].was_finalized);
        }

        TEST_F(ObjectWatch, KnowsTheLineAndTheFunction)
        {
            ASSERT_EQ(notebook_.run_as_tutor("def use(box):\n    pass\n    box.clear()"), "");
            bind("Node()");
            watch::end();
            const auto* function = reinterpret_cast<PyFunctionObject*>(notebook_.get("use"));
            ASSERT_TRUE(watch::begin(reinterpret_cast<PyCodeObject*>(function->func_code)->co_filename));
            ASSERT_EQ(watch::watch(object_), Answer::watched);
            const std::vector<Death> deaths = deaths_in("box = [x]\ndel x\nuse(box)");
            ASSERT_EQ(deaths.size(), 1u);
            EXPECT_EQ(deaths[0].line, 3);
            EXPECT_STREQ(deaths[0].function, "use");
            EXPECT_FALSE(deaths[0].on_another_thread);
        }

        TEST_F(ObjectWatch, ATextThatGrowsInPlaceIsAnother)
        {
            bind("'ab' * len('abc')");
            ASSERT_EQ(watch::watch(object_), Answer::watched);
            const std::vector<Death> deaths = deaths_in("def grow(text):\n    text += 'y' * 1000\n    return text\n"
                                                        "for _ in range(50): grow('ab' * len('abc'))\n" // then it is in place
                                                        "x = grow(globals().pop('x'))");
            ASSERT_EQ(deaths.size(), 1u);
            EXPECT_EQ(deaths[0].how, Death::How::resized);
        }

        TEST_F(ObjectWatch, RefusesWhatItCouldNotSeeEnd)
        {
            for (const char* const expression : {"None", "True", "7", "''", "()", "'a'", "b''", "int", "Ellipsis", "len"})
            {
                bind(expression);
                EXPECT_EQ(watch::watch(object_), std::string(expression) == "len" ? Answer::watched : Answer::lies_outside)
                    << expression;
                watch::end();
            }
            bind("slice(1)");
            EXPECT_EQ(watch::watch(object_), Answer::unseen);
        }

        TEST_F(ObjectWatch, HasAnEndToHowManyItWatches)
        {
            ASSERT_EQ(notebook_.run_as_tutor("many = [Node() for _ in range(100)]"), "");
            bind("None");
            PyObject* many = notebook_.get("many");
            for (Py_ssize_t index = 0; index < 100; ++index)
            {
                const bool fits = index < static_cast<Py_ssize_t>(watch::most_watched);
                EXPECT_EQ(watch::watch(PyList_GET_ITEM(many, index)), fits ? Answer::watched : Answer::no_more);
            }
            EXPECT_EQ(deaths_in("many.clear()").size(), watch::most_watched);
        }

        TEST_F(ObjectWatch, KnowsWhatWasMadeSinceTheLineBegan)
        {
            bind("Node()");
            watch::begin_line();
            notebook_.run("y = Node(); z = x");
            EXPECT_EQ(watch::was_made_on_this_line(notebook_.get("y")), std::optional(true));
            EXPECT_EQ(watch::was_made_on_this_line(notebook_.get("x")), std::optional(false));
            watch::begin_line();
            EXPECT_EQ(watch::was_made_on_this_line(notebook_.get("y")), std::optional(false));
        }

        TEST_F(ObjectWatch, OnOrOffTheBooksAreTheSame)
        {
            const char* const code = "y = [[n] for n in range(1000)]\nt = 'a' * 5000\ny = [float(n) for n in range(500)]\ndel y, t";
            notebook_.run(code);
            notebook_.run(code);
            const core::SpanFigures off = notebook_.run(code);
            bind("Node()");
            ASSERT_EQ(watch::watch(object_), Answer::watched);
            const core::SpanFigures on = notebook_.run(code);
            EXPECT_EQ(small_of(on).made.blocks, small_of(off).made.blocks);
            EXPECT_EQ(small_of(on).made.bytes, small_of(off).made.bytes);
            EXPECT_EQ(on.peak_bytes, off.peak_bytes);
            EXPECT_EQ(difference_of_books(), "");
        }
    }
}
