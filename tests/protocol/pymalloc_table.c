/* CPython's own table of its pools, and the ledger's figures of the very same moment: nothing is allocated in between.
   CPython writes the table only while its own allocator stands where the tutor's hook is, so it is put back there for
   that moment, in which nothing else runs: the caller holds the GIL. Loaded into the kernel by test_ledger_sums and test_pools. */
#include <stdio.h>

typedef struct
{
    void* context;
    void* functions[4];
} Allocator; /* PyMemAllocatorEx */

extern int _PyMem_SetDefaultAllocator(int domain, Allocator* old);
extern void PyMem_SetAllocator(int domain, Allocator* allocator);
extern int _PyObject_DebugMallocStats(FILE* out);
extern void* PyObject_CallNoArgs(void* callable);

void* table_and_check(const char* path, void* check)
{
    const int object_domain = 2;
    Allocator hooked;
    FILE* file = fopen(path, "w");
    if (file != NULL && _PyMem_SetDefaultAllocator(object_domain, &hooked) == 0)
    {
        _PyObject_DebugMallocStats(file);
        PyMem_SetAllocator(object_domain, &hooked);
    }
    if (file != NULL)
    {
        fclose(file);
    }
    return PyObject_CallNoArgs(check);
}
