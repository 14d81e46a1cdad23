// What an object's memory tells of how it can end: the collector's tracking, finalizers, weak references. Reads only, runs no code,
// makes no object. With the GIL; the object has to be alive.
#pragma once

#include <Python.h>

#include "magics/life_story.hpp"

namespace xmemory::magics
{
    bool is_tracked(PyObject* object);

    // Walks the collector's younger lists.
    Tracking tracking_of(PyObject* object);

    // A __del__ of a Python class.
    bool has_python_finalizer(PyTypeObject* type);

    // Whether a finalizer has run already; it does so once.
    bool was_finalized(PyObject* object);

    // Into the story, as they are now.
    void count_weak_references(PyObject* object, LifeStory& story);
}
