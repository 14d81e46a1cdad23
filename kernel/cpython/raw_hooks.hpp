// The hooks on CPython's RAW domain (and, for what the pools do not take, on all others): blocks of malloc, booked as
// Origin::python_large. Any thread, with or without the GIL.
#pragma once

#include <Python.h>

namespace xmemory::cpython::raw_hooks
{
    void install();

    void* hook_malloc(void* context, std::size_t bytes);
    // What the domain holds now, where that is known.
    extern const PyMemAllocatorEx* installed_raw;

    // False also where it is not known.
    inline bool are_in_place() { return installed_raw->malloc == hook_malloc; }
}
