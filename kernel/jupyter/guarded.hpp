// The border of a function that Python calls: the work behind it is the tutor's, and errors of C++ become Python's. With the GIL.
#pragma once

#include <stdexcept>

#include <pybind11/pybind11.h>

#include "core/scope.hpp"
#include "magics/command.hpp"

namespace xmemory::jupyter
{
    // body returns a new reference, or nullptr with a Python error; so does this.
    template <typename Body>
    PyObject* guarded(Body body)
    {
        const core::TutorScope scope;
        try
        {
            return body();
        }
        catch (pybind11::error_already_set& error)
        {
            error.restore();
        }
        catch (const magics::UsageError& error)
        {
            PyErr_SetString(PyExc_ValueError, error.what());
        }
        catch (const std::exception& error)
        {
            PyErr_SetString(PyExc_RuntimeError, error.what());
        }
        return nullptr;
    }
}
