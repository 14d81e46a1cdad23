#define Py_BUILD_CORE 1
#include <Python.h>

#include "internal/pycore_interp.h"

#include "cpython/free_lists.h"

typedef void (*Visit)(void* block, void* context);

/* Objects that were tracked have the collector's head before them. */
static void visit_tracked(void* object, Visit visit, void* context) { visit((PyGC_Head*)object - 1, context); }

static void visit_tuples(const struct _Py_tuple_state* state, Visit visit, void* context)
{
    for (int length = 0; length < PyTuple_NFREELISTS; ++length)
    {
        for (PyTupleObject* tuple = state->free_list[length]; tuple; tuple = (PyTupleObject*)tuple->ob_item[0])
        {
            visit_tracked(tuple, visit, context);
        }
    }
}

static void visit_dicts(const struct _Py_dict_state* state, Visit visit, void* context)
{
    for (int i = 0; i < state->numfree; ++i)
    {
        visit_tracked(state->free_list[i], visit, context);
    }
    for (int i = 0; i < state->keys_numfree; ++i)
    {
        visit(state->keys_free_list[i], context);
    }
}

static void visit_async_generators(const struct _Py_async_gen_state* state, Visit visit, void* context)
{
    for (int i = 0; i < state->value_numfree; ++i)
    {
        visit_tracked(state->value_freelist[i], visit, context);
    }
    for (int i = 0; i < state->asend_numfree; ++i)
    {
        visit_tracked(state->asend_freelist[i], visit, context);
    }
}

void xmemory_visit_free_lists(Visit visit, void* context)
{
    const PyInterpreterState* interpreter = PyInterpreterState_Get();
    visit_tuples(&interpreter->tuple, visit, context);
    for (int i = 0; i < interpreter->list.numfree; ++i)
    {
        visit_tracked(interpreter->list.free_list[i], visit, context);
    }
    for (PyFloatObject* one = interpreter->float_state.free_list; one; one = (PyFloatObject*)Py_TYPE(one))
    {
        visit(one, context);
    }
    visit_dicts(&interpreter->dict_state, visit, context);
    visit_async_generators(&interpreter->async_gen, visit, context);
    for (PyContext* one = interpreter->context.freelist; one; one = (PyContext*)one->ctx_weakreflist)
    {
        visit_tracked(one, visit, context);
    }
}
