// Who refers to some objects right now, without walking further than that: one pass over what the collector tracks, what of it the
// collector does not (tuples and dicts of atoms, numpy's arrays of objects), and the frames that run. Takes no reference, makes no
// object, runs no code of the objects' but their types' tp_traverse, which is C. With the GIL, while no collection runs; nothing may
// be allocated in Python's heap meanwhile.
#pragma once

#include <string>
#include <vector>

#include <Python.h>

namespace xmemory::cpython
{
    // One reference.
    struct Referrer
    {
        PyObject* target = nullptr;
        PyObject* holder = nullptr; // nullptr: a running frame, or what else a thread has
        std::string words;          // how the holder holds it: "[0]", ".child", " (a key)"; of a frame "y in f()"
    };

    std::vector<Referrer> find_referrers(const std::vector<PyObject*>& targets);
}
