// Who holds objects, as cpython/holders.hpp finds and names them, in one walk over the heap for all of
// them. On the thread that runs the cells, with the GIL, as the tutor, while no collection runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <Python.h>

#include "cpython/holder_paths.hpp"

namespace xmemory::magics
{
    struct LifeHolder
    {
        PyObject* object = nullptr; // that refers to it: compared only; nullptr where it is no object
        std::string how;            // it does; without an object, all that is known
        std::string words;          // the name that it has now: "box[0]", "a default argument of f"
        std::int64_t references = 1;
        bool is_object = true; // false: references that no object accounts for
        bool is_variable = false; // of the notebook, bound to it
        std::string lets_go;      // the statement, or ""

        // The same holder, though what leads to it may have changed.
        bool operator==(const LifeHolder& other) const { return object == other.object && how == other.how; }
    };

    // Makes nothing in Python's heap. places: as read before; of those that are gone since, nothing is known. constants: the tuple of
    // those of the code that runs, or nullptr. For each object, in their order.
    std::vector<std::vector<LifeHolder>> name_holders(const std::vector<PyObject*>& objects, const cpython::NotebookPlaces& places,
                                                      PyObject* constants);
}
