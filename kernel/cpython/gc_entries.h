/* The functions of CPython in which a collection begins that gc.collect did not ask for (Modules/gcmodule.c, 3.11: gc_alloc,
   _PyObject_GC_Link and PyGC_Collect). The linker sends calls from the rest of CPython and from us to ours, which call CPython's own
   (--wrap=…, CMakeLists.txt). C, since the internal headers are. With the GIL. */
#pragma once

#include "cpython/runtime_state.h"

#ifdef __cplusplus
extern "C"
{
#endif

    /* From now on; before, nothing is noted. */
    void xmemory_watch_automatic_collections(void);

    /* Called after each that ran, or where one was due and did not run (collections.cpp). before: the counters then. */
    void xmemory_note_automatic_collection(const xmemory_gc_generation before[xmemory_gc_generations],
                                           long long nanoseconds);

#ifdef __cplusplus
}
#endif
