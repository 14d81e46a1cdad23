// What would be freed if some references to an object went: itself, and whatever then loses its last reference, in turn. Cycles stay,
// as they would. It takes little memory itself, so that it can be asked where little is left: 4 MB at the most, native, never Python's.
// Reads only, with the GIL; nothing may be allocated in Python's heap meanwhile.
#pragma once

#include <cstdint>

#include <Python.h>

namespace xmemory::cpython
{
    struct LetGo
    {
        std::int64_t bytes = 0; // asked
        bool complete = true;   // false: there were more shared objects than are followed; bytes is "at least"
    };

    // 0 bytes where others hold it too.
    LetGo bytes_let_go(PyObject* object, Py_ssize_t references);
}
