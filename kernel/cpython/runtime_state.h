/* What CPython keeps inside the interpreter's state: the garbage collector's counters that gc.get_stats() shows, read without
   making an object, and the method cache. C, since the internal headers are (Include/internal/pycore_interp.h, 3.11). With the GIL. */
#pragma once

#include <Python.h>

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

    enum { xmemory_gc_generations = 3, xmemory_gc_permanent = xmemory_gc_generations };

    void xmemory_read_gc(xmemory_gc_generation generations[xmemory_gc_generations]);

    /* The list of one generation's objects, or of the permanent ones that gc.freeze() leaves out: the address of its PyGC_Head,
       which is linked to the first and the last one. */
    const void* xmemory_gc_list(int generation);

    /* Whether a collection runs now (its lists are in pieces then), and whether automatic ones are on. */
    int xmemory_gc_is_collecting(void);
    int xmemory_gc_is_enabled(void);

    /* Whether gc.DEBUG_SAVEALL is set: what is unreachable goes to gc.garbage and stays. */
    int xmemory_gc_saves_all(void);

    /* The counts and thresholds that gc.get_count() and gc.get_threshold() show. */
    typedef struct
    {
        int count;
        int threshold;
    } xmemory_gc_schedule;
    void xmemory_read_gc_schedule(xmemory_gc_schedule generations[xmemory_gc_generations]);

    /* The collector's clock: how many objects each generation has waiting for its next collection (struct gc_generation, count), and
       the threshold past which the youngest is collected. Exchanges it with the given one. */
    typedef struct
    {
        int counts[xmemory_gc_generations];
        int youngest_threshold;
    } xmemory_gc_clock;
    void xmemory_swap_gc_clock(xmemory_gc_clock* clock);

    /* Whether a signal waits for PyErr_CheckSignals (Include/internal/pycore_runtime.h, struct _ceval_runtime_state). Runs nothing. */
    int xmemory_signal_is_pending(void);

    /* Empties the cache of method look-ups (Objects/typeobject.c, struct type_cache), which holds names that nothing else does; which
   ones depends on addresses, so that the same cell would be told differently from one kernel to the next. */
    void xmemory_clear_method_cache(void);

    /* Writes what the calling thread's Python code is at into a descriptor, the innermost first, as faulthandler does; nothing of a
       thread that Python does not know. Async-signal-safe, with or without the GIL (Python/traceback.c, _Py_DumpTraceback). */
    void xmemory_dump_stack(int descriptor);

    /* The line at which the innermost frame of the calling thread stands whose code's file is wanted, and that code (borrowed);
       0 where there is none. Reads only; also without the GIL. */
    int xmemory_innermost_line(int (*is_wanted)(PyObject* file_name), PyCodeObject** code);

    /* Whether the calling thread has no function yet, or is at what Lib/threading.py does before run() or after it: its outermost
       function is Thread._bootstrap, and the third is not run. Reads only; also without the GIL. */
    int xmemory_is_outside_run(void);

    /* Raises an exception of that class at the next safe point of the calling thread, as PyThreadState_SetAsyncExc would, but without
       its lock, which CPython holds in some places while it allocates (Python/pystate.c, _PyThread_CurrentFrames). Does nothing
       without the GIL, or where an exception is on its way already, and says so by 0. */
    int xmemory_raise_at_safe_point(PyObject* exception_class);
    /* Takes that back where it has not happened; whether there was anything to take back. With the GIL. */
    int xmemory_take_raise_at_safe_point(PyObject* exception_class);

#ifdef __cplusplus
}
#endif
