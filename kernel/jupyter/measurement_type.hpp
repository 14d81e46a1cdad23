// The context manager of xmemory.measure(). Entering and leaving it allocates nothing on the learner's account. With the GIL.
#pragma once

#include <Python.h>

namespace xmemory::jupyter
{
    // Once. false with a Python error.
    bool prepare_measurement_type();
    // The module's function measure().
    PyObject* make_measurement(PyObject* module, PyObject* ignored);
    bool is_measurement(PyObject* object);
    // Borrowed: the dict of a measurement that has ended; nullptr, without an error, of any other.
    PyObject* figures_of_ended(PyObject* measurement);
}
