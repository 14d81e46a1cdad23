/* Extension module loaded into a kernel under test: CPython's own table of its pools, and what a reading function of xmemory says
   of the very same moment: nothing of Python's is allocated in between. CPython writes the table only while its own allocator
   stands where the tutor's hook is, so it is put back there for that moment, in which nothing else runs: the GIL is held. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdio.h>

extern int _PyMem_SetDefaultAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx* old);
extern int _PyObject_DebugMallocStats(FILE* out);

static char table[32 * 1024];

/* beside(reading): the text of sys._debugmallocstats() on the pools, and what reading() gives. */
static PyObject* beside(PyObject* module, PyObject* reading)
{
    (void)module;
    PyMemAllocatorEx hooked;
    FILE* file = fmemopen(table, sizeof table, "w");
    if (file == NULL || _PyMem_SetDefaultAllocator(PYMEM_DOMAIN_OBJ, &hooked) != 0)
    {
        return PyErr_Format(PyExc_RuntimeError, "there is no table");
    }
    _PyObject_DebugMallocStats(file);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &hooked);
    fclose(file);
    PyObject* read = PyObject_CallNoArgs(reading);
    return read == NULL ? NULL : Py_BuildValue("(sN)", table, read);
}

/* blocks_of(object): the addresses of the blocks that bytes, a string or a bytearray consists of. */
static PyObject* blocks_of(PyObject* module, PyObject* object)
{
    (void)module;
    return PyByteArray_CheckExact(object)
               ? Py_BuildValue("[NN]", PyLong_FromVoidPtr(object),
                               PyLong_FromVoidPtr(((PyByteArrayObject*)object)->ob_bytes))
               : Py_BuildValue("[N]", PyLong_FromVoidPtr(object));
}

static PyMethodDef functions[] = {
    {"beside", beside, METH_O, NULL}, {"blocks_of", blocks_of, METH_O, NULL}, {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "ledger_reader", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_ledger_reader(void) { return PyModule_Create(&definition); }
