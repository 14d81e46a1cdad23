/* What CPython keeps of its garbage collector inside the interpreter's state: counters that gc.get_stats() shows, read without
   making an object. C, since the internal headers are (Include/internal/pycore_interp.h, 3.11). With the GIL. */
#pragma once

#ifdef __cplusplus
extern "C"
{
#endif

typedef struct
{
    long long collections;
    long long collected;
    long long uncollectable;
} xmemory_gc_generation;

enum { xmemory_gc_generations = 3 };

void xmemory_read_gc(xmemory_gc_generation generations[xmemory_gc_generations]);

#ifdef __cplusplus
}
#endif
