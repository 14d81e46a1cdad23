// Who holds objects, in words, beside the notebook's variables: "box[0]", "y in f()", "__closure__[0].cell_contents of a function". On
// the thread that runs the cells, with the GIL, as the tutor; makes nothing in Python's heap.
#pragma once

#include <string>
#include <vector>

#include <Python.h>

namespace xmemory::magics
{
    struct Holder // one reference
    {
        PyObject* object = nullptr; // that holds it: compared only; nullptr for a thread
        std::string suffix;         // how
        std::string words;          // both, as it could be named when it was looked for
        bool operator==(const Holder& other) const { return object == other.object && suffix == other.suffix; }
    };

    // names: the notebook's. constants: the tuple of those of the code that runs, or nullptr. For each object, in their order, every
    // reference that was found and is no variable of the notebook.
    std::vector<std::vector<Holder>> find_holders(const std::vector<PyObject*>& objects, PyObject* names, PyObject* constants);
}
