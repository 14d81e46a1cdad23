#define Py_BUILD_CORE 1
#include <Python.h>

#include "internal/pycore_frame.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_pystate.h"
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

int xmemory_innermost_line(int (*is_wanted)(PyObject* file_name), PyCodeObject** code)
{
    const PyThreadState* own = PyGILState_GetThisThreadState();
    _PyInterpreterFrame* frame = own != NULL && own->cframe != NULL ? own->cframe->current_frame : NULL;
    for (; frame != NULL; frame = frame->previous)
    {
        if (!_PyFrame_IsIncomplete(frame) && is_wanted(frame->f_code->co_filename))
        {
            *code = frame->f_code;
            return PyCode_Addr2Line(frame->f_code, _PyInterpreterFrame_LASTI(frame) * (int)sizeof(_Py_CODEUNIT));
        }
    }
    return 0;
}

int xmemory_is_outside_run(void)
{
    const PyThreadState* own = PyGILState_GetThisThreadState();
    const PyCodeObject* outermost[3] = {NULL, NULL, NULL};
    _PyInterpreterFrame* frame = own != NULL && own->cframe != NULL ? own->cframe->current_frame : NULL;
    for (; frame != NULL; frame = frame->previous)
    {
        if (!_PyFrame_IsIncomplete(frame))
        {
            outermost[2] = outermost[1];
            outermost[1] = outermost[0];
            outermost[0] = frame->f_code;
        }
    }
    return outermost[0] == NULL ||
           (PyUnicode_CompareWithASCIIString(outermost[0]->co_qualname, "Thread._bootstrap") == 0 &&
            (outermost[2] == NULL || PyUnicode_CompareWithASCIIString(outermost[2]->co_name, "run") != 0));
}

int xmemory_raise_at_safe_point(PyObject* exception_class)
{
    PyThreadState* own = PyGILState_GetThisThreadState();
    if (own == NULL || own != _PyThreadState_UncheckedGet() || own->async_exc != NULL)
    {
        return 0;
    }
    own->async_exc = Py_NewRef(exception_class);
    own->interp->ceval.pending.async_exc = 1; /* Python/ceval.c, SIGNAL_ASYNC_EXC */
    _Py_atomic_store_relaxed(&own->interp->ceval.eval_breaker, 1);
    return 1;
}

int xmemory_take_raise_at_safe_point(PyObject* exception_class)
{
    PyThreadState* own = PyThreadState_Get();
    if (own->async_exc != exception_class)
    {
        return 0;
    }
    Py_CLEAR(own->async_exc);
    own->interp->ceval.pending.async_exc = 0; /* the breaker is set right when this thread next takes the GIL: Python/ceval_gil.h */
    return 1;
}
