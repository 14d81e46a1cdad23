/* The objects that CPython keeps on its free lists for the next ones of their kind: a full collection lets go of all of them
   (Modules/gcmodule.c, clear_freelists, 3.11). C, since the internal headers are. With the GIL; reads only. */
#pragma once

#ifdef __cplusplus
extern "C"
{
#endif

    /* Calls visit with the address that the allocator gave for each. */
    void xmemory_visit_free_lists(void (*visit)(void* block, void* context), void* context);

#ifdef __cplusplus
}
#endif
