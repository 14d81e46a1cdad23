// Tests of kernel/cpython/collections.cpp and gc_entries.c: every collection is seen, and seeing costs the heap nothing.
#include "cpython/collections.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        using collections::Seen;

        std::int64_t runs_of(const Seen& seen)
        {
            std::int64_t runs = 0;
            for (const collections::Sums& sums : seen.generations)
            {
                runs += sums.collections;
            }
            return runs;
        }

        struct Watched
        {
            Seen seen;
            core::SpanFigures figures;
        };

        Watched watch(Notebook& notebook, const std::string& source)
        {
            collections::begin();
            const core::SpanFigures figures = notebook.run(source);
            EXPECT_EQ(notebook.error, "");
            return {collections::end(), figures};
        }

        TEST(Collections, AreSeenInThisPython) { EXPECT_TRUE(collections::watch()); }

        TEST(Collections, AutomaticOnesAreAsManyAsGetStatsSays)
        {
            ASSERT_TRUE(collections::watch());
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import gc\ndef runs(): return [g['collections'] for g in gc.get_stats()]"), "");
            const Seen seen = watch(notebook, "before = runs()\n"
                                              "x = [[n] for n in range(20_000)]\n"
                                              "after = runs()")
                                  .seen;
            EXPECT_TRUE(seen.complete);
            EXPECT_GT(seen.generations[0].collections, 10);
            EXPECT_GT(seen.generations[1].collections, 0);
            for (int generation = 0; generation < xmemory_gc_generations; ++generation)
            {
                const auto counted = [&](const char* name)
                { return PyLong_AsLong(PyList_GetItem(notebook.get(name), generation)); };
                const collections::Sums& sums = seen.generations[static_cast<std::size_t>(generation)];
                EXPECT_EQ(sums.collections, counted("after") - counted("before"));
                EXPECT_GE(sums.nanoseconds, sums.longest_nanoseconds);
                EXPECT_EQ(sums.longest_nanoseconds > 0, sums.collections > 0);
            }
            for (const collections::Collection& one : seen.first)
            {
                EXPECT_FALSE(one.asked_for);
            }
        }

        TEST(Collections, KnowWhatTheyFoundAndWhoAsked)
        {
            ASSERT_TRUE(collections::watch());
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import gc\ngc.collect()\ngc.disable()"), "");
            const Seen seen = watch(notebook, "for n in range(5):\n    x = []; x.append(x)\ndel x\n"
                                              "gc.collect(0); gc.collect(generation=1); gc.collect()")
                                  .seen;
            ASSERT_EQ(notebook.run_as_tutor("gc.enable()"), "");
            ASSERT_EQ(seen.first.size(), 3u);
            EXPECT_EQ(seen.first[0].collected, 5);
            for (int generation = 0; generation < 3; ++generation)
            {
                const collections::Collection& one = seen.first[static_cast<std::size_t>(generation)];
                EXPECT_EQ(one.generation, generation);
                EXPECT_TRUE(one.asked_for);
                EXPECT_EQ(one.uncollectable, 0);
            }
        }

        TEST(Collections, OfTheTutorAreNotTheCells)
        {
            ASSERT_TRUE(collections::watch());
            Notebook notebook;
            collections::begin();
            ASSERT_EQ(notebook.run_as_tutor("import gc\ngc.collect(1)\nx = [[] for _ in range(5000)]"), "");
            PyGC_Collect();
            const Seen seen = collections::end();
            EXPECT_TRUE(seen.complete);
            EXPECT_EQ(runs_of(seen), 0);
        }

        TEST(Collections, BeyondThoseListedAreInTheSums)
        {
            ASSERT_TRUE(collections::watch());
            Notebook notebook;
            const Seen seen = watch(notebook, "import gc\nfor _ in range(250): gc.collect(0)").seen;
            EXPECT_EQ(seen.first.size(), collections::most_listed);
            EXPECT_GE(seen.generations[0].collections, 250);
        }

        TEST(Collections, ThatWereNotSeenMakeTimesUnknownAndAreCounted)
        {
            ASSERT_TRUE(collections::watch());
            // Given an object of gc's made as an extension module makes it, past the entries that the linker redirects
            auto* collect = reinterpret_cast<Py_ssize_t (*)(void)>(dlsym(RTLD_DEFAULT, "PyGC_Collect"));
            ASSERT_NE(collect, nullptr);
            collections::begin();
            core::run_cell([&] { collect(); });
            const Seen seen = collections::end();
            EXPECT_FALSE(seen.complete);
            EXPECT_EQ(seen.generations[2].collections, 1);
            EXPECT_TRUE(seen.first.empty());
        }

        TEST(Collections, CostTheHeapNothing)
        {
            ASSERT_TRUE(collections::watch());
            Notebook notebook;
            const std::string cycles = "for n in range(3000):\n    x = []; x.append(x)\nx = n = None\n";
            watch(notebook, cycles);
            const Watched with = watch(notebook, cycles);
            EXPECT_GT(runs_of(with.seen), 3);
            // A list of one item each time, and nothing else
            EXPECT_EQ(small_of(with.figures).made.blocks,
                      small_of(with.figures).freed_own.blocks + small_of(with.figures).kept().blocks);
            EXPECT_EQ(large_of(with.figures).made.blocks, 0);
            EXPECT_EQ(native_of(with.figures).made.blocks, 0);
        }

        TEST(Collections, GcCollectStaysWhatItIs)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import gc, inspect\nbefore = gc.collect, repr(gc.collect)"), "");
            collections::watch();
            EXPECT_EQ(
                notebook.run_as_tutor(
                    "assert before[0] is gc.collect and before[1] == repr(gc.collect) == '<built-in function collect>'\n"
                    "assert gc.collect.__module__ == 'gc' and str(inspect.signature(gc.collect)) == '(generation=2)'\n"
                    "def error(*args, **kwargs):\n"
                    "    try: gc.collect(*args, **kwargs)\n"
                    "    except Exception as e: return f'{type(e).__name__}: {e}'\n"
                    "assert error(3) == error(-1) == 'ValueError: invalid generation'\n"
                    "assert error('x') == \"TypeError: 'str' object cannot be interpreted as an integer\"\n"
                    "assert error(1, 2) == 'TypeError: collect() takes at most 1 argument (2 given)'\n"
                    "assert error(g=1) == \"TypeError: 'g' is an invalid keyword argument for collect()\"\n"
                    "assert error(True) is error(generation=0) is None"),
                "");
        }

        PyObject* twice(const collections::Asked& collect)
        {
            Py_XDECREF(collect());
            return collect();
        }

        TEST(Collections, ACompanionStandsInForTheLearnersCallsOnly)
        {
            ASSERT_TRUE(collections::watch());
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import gc"), "");
            collections::accompany(twice);
            collections::begin();
            const std::string error = notebook.run_as_tutor("gc.collect()");
            const Watched cell = watch(notebook, "gc.collect(1)");
            collections::accompany(nullptr);
            EXPECT_EQ(error, "");
            EXPECT_EQ(cell.seen.generations[1].collections, 2);
            EXPECT_EQ(runs_of(cell.seen), 2);
        }
    }
}
