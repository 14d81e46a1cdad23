// Tests of kernel/cpython/owners.cpp: whose alone each object is.
#include "cpython/owners.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        struct Heap
        {
            explicit Heap(const Notebook& notebook) : notebook(notebook) { EXPECT_TRUE(graph.read_all([] { return true; })); }

            Number node(const char* name) const { return graph.find(notebook.get(name)); }
            Number element(const char* name, Py_ssize_t index) const { return graph.find(PyList_GET_ITEM(notebook.get(name), index)); }
            std::vector<Owner> owners(const std::vector<std::vector<Number>>& groups, const std::vector<Number>& others) const
            {
                return find_owners(graph, groups, others, [&](Number, Number to) { return to != graph.find(notebook.names()); });
            }

            const core::TutorScope scope;
            const Notebook& notebook;
            HeapGraph graph;
        };

        TEST(Owners, EachOwnsWhatNoOtherLeadsTo)
        {
            Notebook notebook;
            notebook.run("x = [['own'], ['shared']]\ny = [x[1], ['own']]\nz = [['of z'], ['of z']]\nw = [z[0]]");
            const Heap heap(notebook);

            const auto owners = heap.owners({{heap.node("x")}, {heap.node("y")}, {heap.node("w")}}, {heap.node("z")});

            EXPECT_EQ(owners[heap.node("x")], 1u);
            EXPECT_EQ(owners[heap.element("x", 0)], 1u);
            EXPECT_EQ(owners[heap.element("x", 1)], several_owners);
            EXPECT_EQ(owners[heap.element("y", 1)], 2u);
            EXPECT_EQ(owners[heap.node("w")], 3u);
            EXPECT_EQ(owners[heap.element("w", 0)], 4u) << "of the others, whoever leads there too";
            EXPECT_EQ(owners[heap.element("z", 1)], 4u);
            notebook.run("del x, y, z, w");
        }

        TEST(Owners, WhatSeveralLeadToTakesAllBehindItAlong)
        {
            Notebook notebook;
            notebook.run("deep = [['end']]\nx = [deep]\ny = [deep[0]]\nz = [deep]");
            const Heap heap(notebook);

            const auto owners = heap.owners({{heap.node("x")}, {heap.node("y")}, {heap.node("z")}}, {});

            EXPECT_EQ(owners[heap.node("deep")], several_owners);
            EXPECT_EQ(owners[heap.element("deep", 0)], several_owners);
            EXPECT_EQ(owners[heap.node("y")], 2u);
            notebook.run("del x, y, z, deep");
        }

        TEST(Owners, WhatCCodeHoldsIsFoundByItsCount)
        {
            Notebook notebook;
            notebook.run("x = [['held'], ['not held']]");
            PyObject* held = PyList_GET_ITEM(notebook.get("x"), 0);
            Py_INCREF(held);
            {
                const Heap heap(notebook);
                const auto by_c_code = held_by_c_code(heap.graph);
                const auto has = [&](Number node) { return std::find(by_c_code.begin(), by_c_code.end(), node) != by_c_code.end(); };
                EXPECT_TRUE(has(heap.element("x", 0)));
                EXPECT_FALSE(has(heap.element("x", 1)));
                EXPECT_FALSE(has(heap.node("x")));
            }
            Py_DECREF(held);
            notebook.run("del x");
        }
    }
}
