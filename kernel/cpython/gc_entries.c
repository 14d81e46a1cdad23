#define Py_BUILD_CORE 1
#include <Python.h>

#include "internal/pycore_interp.h"

#include <time.h>

#include "cpython/gc_entries.h"

PyObject* __real__PyObject_GC_New(PyTypeObject* type);
PyVarObject* __real__PyObject_GC_NewVar(PyTypeObject* type, Py_ssize_t items);
void __real__PyObject_GC_Link(PyObject* object);
Py_ssize_t __real_PyGC_Collect(void);

/* Of the main interpreter; another's collections are not looked at. */
static const struct _gc_runtime_state* state;

void xmemory_watch_automatic_collections(void) { state = &PyInterpreterState_Get()->gc; }

typedef struct
{
    xmemory_gc_generation before[xmemory_gc_generations];
    struct timespec began;
} Watch;

static void begin(Watch* watch)
{
    xmemory_read_gc(watch->before);
    clock_gettime(CLOCK_MONOTONIC, &watch->began);
}

static void end(const Watch* watch)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    xmemory_note_automatic_collection(watch->before, (now.tv_sec - watch->began.tv_sec) * 1000000000LL + now.tv_nsec -
                                                         watch->began.tv_nsec);
}

/* The next object that is tracked brings on a collection, unless an error is set. */
static inline int is_due(void)
{
    const struct gc_generation* young = state ? state->generations : NULL;
    return __builtin_expect(young && young->count >= young->threshold, 0) && state->enabled && young->threshold != 0 &&
           !state->collecting;
}

PyObject* __wrap__PyObject_GC_New(PyTypeObject* type)
{
    if (!is_due())
    {
        return __real__PyObject_GC_New(type);
    }
    Watch watch;
    begin(&watch);
    PyObject* object = __real__PyObject_GC_New(type);
    end(&watch);
    return object;
}

PyVarObject* __wrap__PyObject_GC_NewVar(PyTypeObject* type, Py_ssize_t items)
{
    if (!is_due())
    {
        return __real__PyObject_GC_NewVar(type, items);
    }
    Watch watch;
    begin(&watch);
    PyVarObject* object = __real__PyObject_GC_NewVar(type, items);
    end(&watch);
    return object;
}

void __wrap__PyObject_GC_Link(PyObject* object)
{
    if (!is_due())
    {
        __real__PyObject_GC_Link(object);
        return;
    }
    Watch watch;
    begin(&watch);
    __real__PyObject_GC_Link(object);
    end(&watch);
}

Py_ssize_t __wrap_PyGC_Collect(void)
{
    if (state == NULL)
    {
        return __real_PyGC_Collect();
    }
    Watch watch;
    begin(&watch);
    const Py_ssize_t found = __real_PyGC_Collect();
    end(&watch);
    return found;
}
