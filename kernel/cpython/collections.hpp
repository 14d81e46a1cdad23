// Each collection of the garbage collector seen as it runs: which generation, how long, what it found, and whether gc.collect
// asked for it. Nothing is made in Python's heap for that, and gc.callbacks stays the learner's.
//
// How (3.11, Modules/gcmodule.c): an automatic collection begins in _PyObject_GC_New, _PyObject_GC_NewVar or _PyObject_GC_Link, and
// nowhere else; the linker puts ours around them (gc_entries.c), which look at the clock only when the count of young objects has
// reached its threshold. gc.collect keeps its object, and its PyMethodDef gets our function. What neither sees (an
// extension module that calls _PyObject_GC_New itself, a Python that is a shared library) shows in the collector's own counters, and
// then times are unknown. In 3.12 and later automatic collections run in _Py_RunGC: watch() finds that it does not see them.
//
// With the GIL, on any thread; begin and end on the thread that runs the cells.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <Python.h>

#include "cpython/runtime_state.h"

namespace xmemory::cpython::collections
{
    struct Collection
    {
        int generation = 0;
        std::int64_t nanoseconds = 0; // an automatic one may include the making of the object that brought it on
        std::int64_t collected = 0;
        std::int64_t uncollectable = 0;
        bool asked_for = false; // by gc.collect
    };

    struct Sums // of one generation
    {
        std::int64_t collections = 0;
        std::int64_t collected = 0;
        std::int64_t uncollectable = 0;
        std::int64_t nanoseconds = 0;
        std::int64_t longest_nanoseconds = 0;
    };

    inline constexpr std::size_t most_listed = 100;

    // The collections in the learner's code from begin to end.
    struct Seen
    {
        std::array<Sums, xmemory_gc_generations> generations;
        std::vector<Collection> first; // in order, at most most_listed
        bool complete = true;          // false: there were others that were not seen, so times are unknown; sums count them
    };

    // Once, after Python has started: runs two young collections to see whether they are seen. false: they are not, and times
    // stay unknown.
    bool watch();

    void begin();
    Seen end();

    // Is called after each collection that was seen, whoever brought it on; nullptr ends that. May not allocate in Python's heap.
    void tell_of_each(void (*listener)(const Collection& one));

    // One call of gc.collect with its arguments, which makes the call when it is called.
    class Asked
    {
    public:
        Asked(PyObject* module, PyObject* const* arguments, Py_ssize_t count, PyObject* keywords)
            : module_(module), arguments_(arguments), count_(count), keywords_(keywords)
        {}

        // A new reference, or nullptr with a Python error.
        PyObject* operator()() const;

        // What it will collect; −1 where the arguments do not say it plainly.
        int generation() const;

    private:
        PyObject* module_;
        PyObject* const* arguments_;
        Py_ssize_t count_;
        PyObject* keywords_;
    };

    // What is called in the place of gc.collect where the learner's code calls it on the thread that runs the cell. Set once.
    using Companion = PyObject* (*)(const Asked& collect);
    void accompany(Companion companion);
}
