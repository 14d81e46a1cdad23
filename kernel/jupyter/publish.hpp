// Hands a report to the front end as one display_data message. On the main thread, with the GIL, in the middle of a cell or
// right after it.
#pragma once

#include <pybind11/pybind11.h>

#include "report/document.hpp"

namespace xmemory::jupyter
{
    class Output;

    // To the cell that just ran. output: flushed first, so that the report stands after what was printed before it.
    void publish(Output& output, const report::Document& document);

    // The same by way of IPython, from within a cell: %%capture and the like catch it.
    void display(const pybind11::object& shell, const report::Document& document);
}
