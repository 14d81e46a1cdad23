/* What the running frames of all threads hold: their local variables, which no object accounts for, and the exceptions that are
   being handled. Makes no frame object. C, since the internal headers are (Include/internal/pycore_frame.h, 3.11). With the GIL. */
#pragma once

#include <Python.h>

#ifdef __cplusplus
extern "C"
{
#endif

    typedef struct
    {
        PyObject* object;
        PyObject* name;     /* of the local variable, a str; NULL for what else a frame or thread holds */
        PyCodeObject* code; /* of the frame; NULL for an exception that the thread handles */
        int line;           /* where the frame is */
        unsigned long thread_id;
        int is_of_generator; /* the frame's: a generator, coroutine or asynchronous generator tells it too (tp_traverse) */
    } xmemory_frame_reference;

    /* Calls visit for each until it does not return 0, which is returned. */
    int xmemory_visit_frames(int (*visit)(const xmemory_frame_reference* reference, void* context), void* context);

    /* The same of one frame that does not run: that of a frame object of its own, or of a generator, coroutine or asynchronous
       generator. */
    int xmemory_visit_locals(PyObject* frame_or_generator,
                             int (*visit)(const xmemory_frame_reference* reference, void* context), void* context);

#ifdef __cplusplus
}
#endif
