#define Py_BUILD_CORE 1
#include <Python.h>

#include "internal/pycore_interp.h"
#include "internal/pycore_runtime.h"
#include "internal/pycore_traceback.h"

#include "cpython/runtime_state.h"

_Static_assert(NUM_GENERATIONS == xmemory_gc_generations, "another gc than the one we read");

void xmemory_read_gc(xmemory_gc_generation generations[xmemory_gc_generations])
{
    const struct gc_generation_stats* stats = PyInterpreterState_Get()->gc.generation_stats;
    for (int i = 0; i < xmemory_gc_generations; ++i)
    {
        generations[i].collections = stats[i].collections;
        generations[i].collected = stats[i].collected;
        generations[i].uncollectable = stats[i].uncollectable;
    }
}

const void* xmemory_gc_list(int generation)
{
    struct _gc_runtime_state* gc = &PyInterpreterState_Get()->gc;
    return generation == xmemory_gc_permanent ? &gc->permanent_generation.head : &gc->generations[generation].head;
}

int xmemory_gc_is_collecting(void) { return PyInterpreterState_Get()->gc.collecting; }

int xmemory_gc_is_enabled(void) { return PyInterpreterState_Get()->gc.enabled; }

int xmemory_gc_saves_all(void)
{
    return (PyInterpreterState_Get()->gc.debug & (1 << 5)) != 0; /* DEBUG_SAVEALL, Modules/gcmodule.c */
}

void xmemory_read_gc_schedule(xmemory_gc_schedule generations[xmemory_gc_generations])
{
    const struct gc_generation* running = PyInterpreterState_Get()->gc.generations;
    for (int i = 0; i < xmemory_gc_generations; ++i)
    {
        generations[i].count = running[i].count;
        generations[i].threshold = running[i].threshold;
    }
}

void xmemory_swap_gc_clock(xmemory_gc_clock* clock)
{
    struct gc_generation* running = PyInterpreterState_Get()->gc.generations;
    const int threshold = running[0].threshold;
    running[0].threshold = clock->youngest_threshold;
    clock->youngest_threshold = threshold;
    for (int i = 0; i < xmemory_gc_generations; ++i)
    {
        const int count = running[i].count;
        running[i].count = clock->counts[i];
        clock->counts[i] = count;
    }
}

int xmemory_signal_is_pending(void)
{
    return _Py_atomic_load_relaxed(&_PyRuntime.ceval.signals_pending) != 0;
}

void xmemory_clear_method_cache(void) { PyType_ClearCache(); }

void xmemory_dump_stack(int descriptor)
{
    PyThreadState* thread = PyGILState_GetThisThreadState(); /* a fault's signal comes to the thread that made it */
    if (thread != NULL)
    {
        _Py_DumpTraceback(descriptor, thread);
    }
}
