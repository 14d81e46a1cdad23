// Hands a report to the front end as one display_data message. On the main thread, with the GIL, in the middle of a cell or
// right after it.
#pragma once

#include "report/document.hpp"

namespace xmemory::jupyter
{
    class Output;

    // output: flushed first, so that the report stands after what was printed before it.
    void publish(Output& output, const report::Document& document);
}
