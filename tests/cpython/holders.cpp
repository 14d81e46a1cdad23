// Tests of kernel/cpython/holders.cpp: who holds an object, in words, with the statement that lets go of it.
#include "cpython/holders.hpp"

#include <gtest/gtest.h>

#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        Holders holders_of(const Notebook& notebook, PyObject* object, std::size_t most = 10)
        {
            const core::TutorScope scope;
            HeapGraph graph;
            EXPECT_TRUE(graph.read_all([] { return true; }));
            NotebookPlaces places;
            places.names = notebook.names();
            return find_holders(graph, places, object, 0, most);
        }

        struct Case
        {
            const char* name;
            const char* plants; // ref is a weak reference to what is asked about, which no other name may have
            Holder::Kind kind;
            const char* path;
            const char* lets_go;
            const char* words; // a part of them
        };

        class OneHolder : public testing::TestWithParam<Case>
        {};

        TEST_P(OneHolder, IsNamedAndLetsGo)
        {
            Notebook notebook;
            notebook.run("import functools, gc, weakref, collections\n"
                         "class Thing: pass\n"
                         "def plant():\n"
                         "    global ref\n"
                         "    thing = Thing()\n"
                         "    ref = weakref.ref(thing)\n"
                         "    return thing\n");
            notebook.run(GetParam().plants);
            ASSERT_EQ(notebook.error, "");
            PyObject* object = PyWeakref_GetObject(notebook.get("ref"));
            ASSERT_NE(object, Py_None);

            const Holders holders = holders_of(notebook, object);

            ASSERT_EQ(holders.each.size(), 1u) << holders.each.back().path << ": " << holders.each.back().words;
            const Holder& holder = holders.each[0];
            EXPECT_STREQ(name_of(holder.kind), name_of(GetParam().kind));
            EXPECT_EQ(holder.path, GetParam().path);
            EXPECT_EQ(holder.lets_go, GetParam().lets_go);
            EXPECT_NE(holder.words.find(GetParam().words), std::string::npos) << holder.words;
            EXPECT_GT(holders.exclusive_bytes, 0);
            EXPECT_EQ(holders.references, 1);

            EXPECT_EQ(notebook.run_as_tutor(holder.lets_go), "");
            EXPECT_EQ(PyWeakref_GetObject(notebook.get("ref")), Py_None);
        }

        using Kind = Holder::Kind;
        INSTANTIATE_TEST_SUITE_P(
            , OneHolder,
            testing::Values(
                Case{"Variable", "x = plant()", Kind::variable, "x", "del x", "a variable of the notebook"},
                Case{"Element", "x = [1, plant(), 3]", Kind::variable, "x[1]", "del x[1]", "an element of x (list)"},
                Case{"Value", "x = {'a': {'b': plant()}}", Kind::variable, "x['a']['b']", "del x['a']['b']", "a value of x['a'] (dict)"},
                Case{"Key", "x = {plant(): 1}", Kind::variable, "x (a key)", "x.clear()", "a key of x (dict)"},
                Case{"Member", "x = {plant()}", Kind::variable, "x (a member)", "x.clear()", "a member of x (set)"},
                Case{"Tuple", "x = (1, (plant(),))", Kind::variable, "x[1][0]", "del x", "an element of x[1] (tuple)"},
                Case{"Attribute", "x = Thing()\nx.child = plant()", Kind::variable, "x.child", "x.child = None", "an attribute of x (Thing)"},
                Case{"AttributeInADict", "x = Thing()\nx.child = plant()\nx.__dict__", Kind::variable, "x.child", "x.child = None", "x"},
                Case{"Deque", "x = collections.deque([1, 2])\nx.append(plant())", Kind::variable, "x[2]", "del x[2]", "an element of x"},
                Case{"Default", "def f(a=plant()): pass", Kind::default_argument, "f.__defaults__[0]", "f.__defaults__ = None",
                     "a default argument of f"},
                Case{"KeywordDefault", "def f(*, a=plant()): pass", Kind::default_argument, "f.__kwdefaults__['a']",
                     "del f.__kwdefaults__['a']", "a default argument of f"},
                Case{"Closure", "def outer():\n    held = plant()\n    return lambda: held\nf = outer()", Kind::closure,
                     "f.__closure__[0].cell_contents", "del f", "remembers"},
                Case{"Cache", "@functools.lru_cache\ndef f(n): return plant()\nf(1)", Kind::cache, "f (a cached result)", "f.cache_clear()",
                     "what the cache of f keeps"},
                Case{"ClassAttribute", "class C: pass\nC.items = [plant()]", Kind::class_attribute, "C.items[0]", "del C.items[0]",
                     "an attribute of the class C"},
                Case{"Generator", "def count():\n    held = plant()\n    yield\ng = count()\nnext(g)", Kind::generator,
                     "g.gi_frame.f_locals['held']", "g.close()", "the local variable held of count, a generator that waits at line 3"},
                Case{"Module", "functools.kept = plant()", Kind::module, "functools.kept", "import functools; functools.kept = None",
                     "an attribute of functools"},
                Case{"Traceback", "def f():\n    held = plant()\n    1 / 0\ntry: f()\nexcept ZeroDivisionError as error: kept = error",
                     Kind::traceback, "kept.__traceback__.tb_next.tb_frame.f_locals['held']", "kept.__traceback__ = None",
                     "the local variable held of f, at line 3"},
                Case{"Partial", "x = functools.partial(print, plant())", Kind::variable, "x.args[0]", "del x", "x.args"}),
            [](const auto& info) { return std::string(info.param.name); });

        TEST(Holders, SeveralAreToldNearestFirst)
        {
            Notebook notebook;
            notebook.run("class Thing: pass\nx = Thing()\ny = [x, x]\nz = {'a': [x]}");
            const Holders holders = holders_of(notebook, notebook.get("x"));
            ASSERT_EQ(holders.each.size(), 3u);
            EXPECT_EQ(holders.each[0].path, "x");
            EXPECT_EQ(holders.each[1].lets_go, "y.clear()");
            EXPECT_EQ(holders.each[1].references, 2);
            EXPECT_EQ(holders.each[2].path, "z['a'][0]");
            EXPECT_EQ(holders.references, 4);
            EXPECT_EQ(holders_of(notebook, notebook.get("x"), 2).more, 1);
            notebook.run("del x, y, z");
        }

        TEST(Holders, ACycleIsTold)
        {
            Notebook notebook;
            notebook.run("class Thing: pass\nx = Thing()\nx.child = Thing()\nx.child.parent = x");
            const Holders holders = holders_of(notebook, notebook.get("x"));
            ASSERT_EQ(holders.each.size(), 2u);
            EXPECT_EQ(holders.each[1].kind, Kind::cycle);
            EXPECT_EQ(holders.each[1].path, ".child.parent");
            notebook.run("del x\nimport gc\ngc.collect()");
        }

        TEST(Holders, ReferencesOfCCodeAreCounted)
        {
            Notebook notebook;
            notebook.run("class Thing: pass\nx = Thing()");
            Py_INCREF(notebook.get("x"));
            const Holders holders = holders_of(notebook, notebook.get("x"));
            Py_DECREF(notebook.get("x"));
            ASSERT_EQ(holders.each.size(), 2u);
            EXPECT_EQ(holders.each[1].kind, Kind::c_code);
            EXPECT_EQ(holders.each[1].references, 1);
            notebook.run("del x");
        }

        TEST(Holders, WhatIsPartOfPythonNeverGoes)
        {
            Notebook notebook;
            EXPECT_TRUE(holders_of(notebook, Py_None).is_part_of_program);
            EXPECT_TRUE(holders_of(notebook, reinterpret_cast<PyObject*>(&PyLong_Type)).is_part_of_program);
            notebook.run("x = [10 ** 30]");
            EXPECT_FALSE(holders_of(notebook, PyList_GET_ITEM(notebook.get("x"), 0)).is_part_of_program);
            notebook.run("del x");
        }
    }
}
