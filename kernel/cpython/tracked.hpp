// The objects that the garbage collector tracks, and where the memory of an object begins. Reads only: takes no reference, makes
// no object, runs no code of the objects'. With the GIL; nothing may be allocated in Python's heap during a walk.
#pragma once

#include <cstddef>
#include <cstdint>

#include <Python.h>

#include "cpython/runtime_state.h"

namespace xmemory::cpython
{
    // The head of an object that the collector may track (Include/internal/pycore_gc.h, PyGC_Head, 3.11).
    struct CollectorHead
    {
        std::uintptr_t next; // 0: not tracked
        std::uintptr_t previous_and_flags;
    };

    // Calls visit(PyObject*) for each object of one generation, 0 the youngest, or of the permanent ones, oldest object first.
    template <typename Visit>
    void for_each_tracked(int generation, Visit visit)
    {
        const auto* list = static_cast<const CollectorHead*>(xmemory_gc_list(generation));
        for (auto* head = reinterpret_cast<CollectorHead*>(list->next); head != list;
             head = reinterpret_cast<CollectorHead*>(head->next))
        {
            visit(reinterpret_cast<PyObject*>(head + 1));
        }
    }

    // What the allocator gave for it: before the object may stand the collector's head, and two pointers of an instance with a
    // managed dict (Include/internal/pycore_object.h, _PyType_PreHeaderSize, 3.11). Precondition: the object is on the heap, so
    // no static type and none of the small integers, empty tuples and single characters that are part of the program.
    void* start_of(PyObject* object);

    // How many bytes that is before an object of the type.
    std::size_t bytes_before(PyTypeObject* type);
}
