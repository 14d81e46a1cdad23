// The ledger laid open, for tests: its sums beside what CPython's pools, their tags and glibc say of the very same moment, and
// the maker of one block. The functions of the module xmemory whose names begin with an underscore. With the GIL.
#pragma once

#include <Python.h>

namespace xmemory::jupyter
{
    // A dict; see books.cpp for its parts.
    PyObject* check_books(PyObject* module, PyObject* nothing);
    // address: what an allocator gave and has not taken back. A dict, or None for a block from before the hooks.
    PyObject* block_facts(PyObject* module, PyObject* address);
}
