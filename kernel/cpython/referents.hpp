// What an object holds references to: what its type's tp_traverse tells, and what some types hold without telling, since it can be in
// no cycle (names, code, the parts of a range, the elements of a numpy array). Reads only, runs no Python code. With the GIL.
#pragma once

#include <Python.h>

#include "cpython/object_layout.hpp"

namespace xmemory::cpython
{
    // Calls visit once for each reference that is known; may leave some out, never invents one. The keys of a dict's table are
    // not told where they are strings: they go with the table (dict_layout.hpp). layout: layout_of the object's type.
    void visit_referents(PyObject* object, Layout layout, visitproc visit, void* context);

    inline void visit_referents(PyObject* object, visitproc visit, void* context)
    {
        visit_referents(object, layout_of(Py_TYPE(object)), visit, context);
    }
}
