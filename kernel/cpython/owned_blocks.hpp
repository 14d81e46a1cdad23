// The blocks that an object has beside its own: a list's array of items, a dict's tables, a bytearray's buffer. They come and go with
// it alone; a table of keys that several dicts share is not among them (dict_layout.hpp). Known are CPython's own containers and
// numpy's arrays (layouts of 3.11 and of numpy's PyArrayObject_fields, unchanged since 1.7); of other types none are found. Reads only,
// with the GIL. Precondition: the object is on the heap.
#pragma once

#include <Python.h>

namespace xmemory::cpython
{
    // Calls visit for the address that an allocator gave for each.
    void visit_owned_blocks(PyObject* object, void (*visit)(void* block, void* context), void* context);
}
