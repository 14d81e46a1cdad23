// Tests of kernel/cpython/runtime_state.c.
#include "cpython/runtime_state.h"

#include <gtest/gtest.h>

#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        PyMethodDef nothing = {"nothing", [](PyObject*, PyObject*) { return Py_NewRef(Py_None); }, METH_NOARGS, nullptr};

        TEST(RuntimeState, CountsOfTheCollectorAreThoseOfGetStats)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import gc\n"
                                            "for generation in (0, 0, 1, 2):\n"
                                            "    a = []; a.append(a); del a\n"
                                            "    gc.collect(generation)\n"
                                            "stats = [tuple(g[k] for k in ('collections', 'collected', 'uncollectable'))\n"
                                            "         for g in gc.get_stats()]"),
                      "");
            xmemory_gc_generation generations[xmemory_gc_generations];
            xmemory_read_gc(generations);
            PyObject* stats = notebook.get("stats");
            ASSERT_EQ(PyList_Size(stats), xmemory_gc_generations);
            for (int index = 0; index < xmemory_gc_generations; ++index)
            {
                long long collections = 0, collected = 0, uncollectable = 0;
                ASSERT_TRUE(PyArg_ParseTuple(PyList_GetItem(stats, index), "LLL", &collections, &collected, &uncollectable));
                EXPECT_EQ(generations[index].collections, collections);
                EXPECT_EQ(generations[index].collected, collected);
                EXPECT_EQ(generations[index].uncollectable, uncollectable);
                EXPECT_GT(collections, 0);
                EXPECT_GT(collected, 0);
            }
        }

        TEST(RuntimeState, ReadingTheCountsMakesNoObject)
        {
            const core::SpanFigures figures = core::run_cell(
                []
                {
                    xmemory_gc_generation generations[xmemory_gc_generations];
                    xmemory_read_gc(generations);
                });
            EXPECT_EQ(small_of(figures).made.blocks + large_of(figures).made.blocks + native_of(figures).made.blocks, 0);
        }

        TEST(RuntimeState, TheCollectorsStateIsWhatItsModuleShows)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import gc\nbefore = gc.get_threshold()\n"
                                            "gc.disable(); gc.set_threshold(7_000, 11, 12); gc.set_debug(gc.DEBUG_SAVEALL)"),
                      "");
            xmemory_gc_schedule schedule[xmemory_gc_generations];
            xmemory_read_gc_schedule(schedule);
            EXPECT_EQ(schedule[0].threshold, 7'000);
            EXPECT_EQ(schedule[1].threshold, 11);
            EXPECT_EQ(schedule[2].threshold, 12);
            EXPECT_FALSE(xmemory_gc_is_enabled());
            EXPECT_TRUE(xmemory_gc_saves_all());
            EXPECT_FALSE(xmemory_gc_is_collecting());
            const int count = schedule[0].count;
            PyObject* tracked = PyCFunction_New(&nothing, nullptr);
            xmemory_read_gc_schedule(schedule);
            EXPECT_EQ(schedule[0].count, count + 1);
            Py_DECREF(tracked);
            ASSERT_EQ(notebook.run_as_tutor("gc.set_debug(0); gc.set_threshold(*before); gc.enable()"), "");
            EXPECT_TRUE(xmemory_gc_is_enabled());
            EXPECT_FALSE(xmemory_gc_saves_all());
        }

        TEST(RuntimeState, AnEmptiedMethodCacheHoldsNoName)
        {
            // Given a name that nothing but its look-up in a class has used
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("class C: pass\nC.plain = 1\nC().plain"), "");
            PyObject* name = PyUnicode_InternFromString("a_name_of_this_test_alone");
            const Py_ssize_t alone = Py_REFCNT(name);
            const Ref missing(PyObject_GetAttr(notebook.get("C"), name));
            EXPECT_EQ(take_error(), "AttributeError: type object 'C' has no attribute 'a_name_of_this_test_alone'");
            EXPECT_GT(Py_REFCNT(name), alone) << "the cache holds it";
            // When the cache is emptied
            xmemory_clear_method_cache();
            // Then it is let go
            EXPECT_EQ(Py_REFCNT(name), alone);
            Py_DECREF(name);
        }
    }
}
