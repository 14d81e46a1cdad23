// Where IPython keeps the learner's objects: the notebook's names, Out, and what its machinery has of them besides (holders.hpp). On
// the thread that runs the cells, with the GIL, as the tutor. Asks IPython for attributes, so before a walk over the heap.
#pragma once

#include "cpython/holder_paths.hpp"

namespace xmemory::magics
{
    // They live until the next cell ends.
    cpython::NotebookPlaces notebook_places();
}
