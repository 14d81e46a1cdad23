// Why an object takes what it takes, and why sys.getsizeof says otherwise: read from the object's memory, without running its code. On
// the thread that runs the cells, with the GIL, as the tutor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <Python.h>

#include "magics/object_sizes.hpp"

namespace xmemory::magics
{
    // What sys.getsizeof says; nullopt where the object's class has a __sizeof__ of its own in Python, which is not run.
    std::optional<std::int64_t> getsizeof_says(PyObject* object);

    // A sentence about the difference, or empty where there is none.
    std::string why_getsizeof_differs(PyObject* object, const ObjectSize& size, const std::optional<std::int64_t>& says);

    // What is special about it, each a sentence with the way out where there is one: a view that keeps a large array, a dict with spare
    // room, characters of four bytes, attributes that stand in a dict.
    std::vector<std::string> reasons_of(PyObject* object, const ObjectSize& size);
}
