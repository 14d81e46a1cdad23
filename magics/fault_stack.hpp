// The Python stack that a fault left in the black box, as text of CPython's _Py_DumpTraceback: read, cut to the learner's part, and
// put in words. Takes any text. Any thread.
#pragma once

#include <string>
#include <vector>

namespace xmemory::magics
{
    struct FaultFrame
    {
        std::string file;
        int line = 0; // 0: unknown
        std::string function;
        int times = 1; // how many such calls in a row are meant
        int cell = 0;  // the number of the running cell where the frame is its own; else 0

        // "[3], line 2" or "/path/module.py, line 7, in work"
        std::string words() const;
    };

    // The innermost first, at most some hundred; without the frames of IPython that called the cell; equal ones in a row are one. cell: the number of the one
    // that ran; the outermost frame of a file that only a cell has is its own.
    std::vector<FaultFrame> read_fault_stack(const std::string& text, int cell);
}
