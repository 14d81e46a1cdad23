// All that goes when unreachable objects go: they themselves, and whatever only they hold (strings, numbers, untracked tuples and
// dicts, objects of older generations), with the bytes of each to the byte. Reads only; see unreachable.hpp for when.
#pragma once

#include <cstdint>
#include <vector>

#include <Python.h>

#include "cpython/unreachable.hpp"

namespace xmemory::cpython
{
    struct DyingObject
    {
        PyObject* object = nullptr;
        std::int64_t bytes = 0; // asked: of its own block and of those that it owns
    };

    struct Dying
    {
        std::vector<DyingObject> unreachable; // as Unreachable::objects
        std::vector<DyingObject> with_them;   // what only they hold
        std::int64_t shared_key_bytes = 0; // tables of keys that several dicts and their class share, where all of them go
    };

    // Puts the objects that they hold into unreachable.numbers.
    Dying find_dying(Unreachable& unreachable);

    // Asked bytes of an object's own block and of those that it owns; 0 for one that is not on the heap.
    std::int64_t bytes_of(PyObject* object);
}
