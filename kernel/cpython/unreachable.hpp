// What a collection would find unreachable, found without collecting (Modules/gcmodule.c, deduce_unreachable, 3.11): of the objects
// of some generations those to which nothing outside of them leads. Reads only: takes no reference, changes no object, runs no code
// of the objects' but their types' tp_traverse, which is C. On the main thread, with the GIL, while no collection runs; until the
// answer is done with, nothing may be allocated in Python's heap.
#pragma once

#include <cstdint>
#include <vector>

#include <Python.h>

#include "cpython/object_table.hpp"

namespace xmemory::cpython
{
    // A signal has come that Python should handle: the walk was given up, and PyErr_CheckSignals will see it.
    struct WalkInterrupted
    {};

    // Throws WalkInterrupted where there is a SIGINT for Python. Cheap enough for every few thousand objects.
    void stop_walk_if_interrupted();

    struct Unreachable
    {
        // Numbers of objects: 1 to looked_at for those of the collected generations, oldest first.
        ObjectTable numbers;
        std::uint32_t looked_at = 0;
        std::vector<PyObject*> objects;      // the unreachable ones, oldest first
        std::vector<std::uint32_t> place_of; // by number: place in objects + 1, 0 for what is reachable
    };

    // How many objects the generations 0 to oldest hold.
    std::int64_t count_tracked(int oldest);

    // oldest: the oldest generation that would be collected. Precondition: at most 2^32 − 2 objects.
    void find_unreachable(int oldest, Unreachable& answer);
}
