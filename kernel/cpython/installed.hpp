// Where CPython keeps the allocators of its domains (Objects/obmalloc.c, _PyMem and _PyObject): static variables that have no name
// for others. Found by their content in the data of the program, so in a statically linked Python only. Reads only.
#pragma once

#include <Python.h>

namespace xmemory::cpython
{
    // The place that holds this allocator, which PyMem_SetAllocator has just been given; otherwise when it is not found, or more
    // than once.
    const PyMemAllocatorEx* installed(const PyMemAllocatorEx& allocator, const PyMemAllocatorEx& otherwise);
}
