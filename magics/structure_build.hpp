// Builds one structure and says what it takes. On the thread that runs the cells, within a cell, with the GIL, as the tutor.
#pragma once

#include <pybind11/pybind11.h>

#include "magics/measurement.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    struct Built
    {
        pybind11::object structure;
        Measurement::Result cost; // kept: the structure
        double seconds = 0;

        report::Bar kept_by_origin() const;
    };

    // builder: a callable, called as the learner's code. Its errors go through as pybind11::error_already_set. Python's free
    // lists give blocks that count as nothing: PyGC_Collect before it empties them.
    Built build(const pybind11::object& builder, const pybind11::tuple& arguments);
}
