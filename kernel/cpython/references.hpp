// How a holder holds what it holds: each reference with what Python calls it, such that holder + suffix is an expression for the
// target. Reads only, runs no code, makes no object. With the GIL; nothing may be allocated in Python's heap meanwhile.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <Python.h>

#include "cpython/object_layout.hpp"

namespace xmemory::cpython
{
    struct Reference
    {
        enum class Kind {
            attribute, // .name, which a str names; of an instance without a dict
            part,      // .word, of which Python makes no name: "__closure__"
            slot,      // .word, which a class names
            element,   // [index]
            value,     // [name], whatever key name is
            key,       // a key of a dict
            member,    // of a set
            local,     // .word['name'], of a frame or a generator
            cached,    // a result in an lru_cache
            unnamed    // held, but Python has no word for it
        };

        Kind kind = Kind::unnamed;
        PyObject* target = nullptr;
        PyObject* name = nullptr;
        const char* word = "";
        Py_ssize_t index = -1;
    };

    // visit: false ends it. All that are known by name; at last those that only visit_referents tells, as unnamed.
    using VisitReference = std::function<bool(const Reference&)>;
    void visit_named_references(PyObject* holder, const VisitReference& visit);

    // The first by which holder holds target.
    std::optional<Reference> find_reference(PyObject* holder, PyObject* target);

    // The dict with an object's attributes, nullptr where it has none (yet).
    PyObject* dict_of(PyObject* object);
}
