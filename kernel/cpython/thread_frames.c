#define Py_BUILD_CORE 1
#include <Python.h>

#include "internal/pycore_frame.h"

#include "cpython/thread_frames.h"

typedef int (*Visit)(const xmemory_frame_reference* reference, void* context);

/* While a frame runs C code its stack's height is not known (stacktop < 0): its locals are, and only they. */
static int visit_frame(const _PyInterpreterFrame* frame, unsigned long thread_id, Visit visit, void* context)
{
    PyCodeObject* code = frame->f_code;
    xmemory_frame_reference reference = {NULL, NULL, code,
                                         PyCode_Addr2Line(code, _PyInterpreterFrame_LASTI(frame) * (int)sizeof(_Py_CODEUNIT)),
                                         thread_id, frame->owner == FRAME_OWNED_BY_GENERATOR};
    const int height = frame->stacktop < code->co_nlocalsplus ? code->co_nlocalsplus : frame->stacktop;
    PyObject* const others[] = {frame->f_locals, (PyObject*)frame->f_func, (PyObject*)frame->frame_obj, (PyObject*)code};
    int answer = 0;
    for (int index = 0; index < height && answer == 0; ++index)
    {
        reference.object = frame->localsplus[index];
        reference.name = index < code->co_nlocalsplus ? PyTuple_GET_ITEM(code->co_localsplusnames, index) : NULL;
        answer = reference.object == NULL ? 0 : visit(&reference, context);
    }
    reference.name = NULL;
    for (size_t index = 0; index < sizeof others / sizeof *others && answer == 0; ++index)
    {
        reference.object = others[index];
        answer = reference.object == NULL ? 0 : visit(&reference, context);
    }
    return answer;
}

static int visit_exceptions(const PyThreadState* thread, Visit visit, void* context)
{
    xmemory_frame_reference reference = {NULL, NULL, NULL, 0, thread->thread_id, 0};
    int answer = 0;
    for (const _PyErr_StackItem* item = thread->exc_info; item != NULL && answer == 0; item = item->previous_item)
    {
        reference.object = item->exc_value;
        answer = reference.object == NULL ? 0 : visit(&reference, context);
    }
    PyObject* const others[] = {thread->curexc_value, thread->curexc_traceback, thread->context, thread->dict};
    for (size_t index = 0; index < sizeof others / sizeof *others && answer == 0; ++index)
    {
        reference.object = others[index];
        answer = reference.object == NULL ? 0 : visit(&reference, context);
    }
    return answer;
}

int xmemory_visit_frames(Visit visit, void* context)
{
    int answer = 0;
    PyThreadState* thread = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
    for (; thread != NULL && answer == 0; thread = PyThreadState_Next(thread))
    {
        const _PyInterpreterFrame* frame = thread->cframe != NULL ? thread->cframe->current_frame : NULL;
        for (; frame != NULL && answer == 0; frame = frame->previous)
        {
            if (!_PyFrame_IsIncomplete((_PyInterpreterFrame*)frame))
            {
                answer = visit_frame(frame, thread->thread_id, visit, context);
            }
        }
        if (answer == 0)
        {
            answer = visit_exceptions(thread, visit, context);
        }
    }
    return answer;
}

int xmemory_visit_locals(PyObject* object, Visit visit, void* context)
{
    const _PyInterpreterFrame* frame = NULL;
    if (PyFrame_Check(object))
    {
        frame = ((PyFrameObject*)object)->f_frame;
    }
    else if (((PyGenObject*)object)->gi_frame_state < FRAME_EXECUTING)
    {
        frame = (const _PyInterpreterFrame*)((PyGenObject*)object)->gi_iframe;
    }
    return frame != NULL && !_PyFrame_IsIncomplete((_PyInterpreterFrame*)frame) ? visit_frame(frame, 0, visit, context) : 0;
}
