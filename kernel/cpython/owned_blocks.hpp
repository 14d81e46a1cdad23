// The blocks that an object has beside its own: a list's array of items, a dict's tables, a bytearray's buffer. They come and go with
// it alone; a table of keys that several dicts share is not among them (dict_layout.hpp). Known are the layouts of object_layout.hpp;
// of other types none are found. Reads only, with the GIL. Precondition: the object is on the heap.
#pragma once

#include <Python.h>

#include "cpython/object_layout.hpp"

namespace xmemory::cpython
{
    // Calls visit for the address that an allocator gave for each. layout: layout_of the object's type.
    void visit_owned_blocks(PyObject* object, Layout layout, void (*visit)(void* block, void* context), void* context);

    inline void visit_owned_blocks(PyObject* object, void (*visit)(void* block, void* context), void* context)
    {
        visit_owned_blocks(object, layout_of(Py_TYPE(object)), visit, context);
    }
}
