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

    // Reports of a magic by way of IPython, from within its cell: %%capture and the like catch them. What progress shows is
    // replaced by the next, and in the end by the first report.
    class __attribute__((visibility("hidden"))) Display
    {
    public:
        explicit Display(pybind11::object shell) : shell_(std::move(shell)) {}

        void show(const report::Document& document);
        void progress(const std::string& words);

    private:
        void publish(const nlohmann::json& bundle, bool replaceable);

        pybind11::object shell_;
        std::string display_id_; // of the progress that stands there now, or empty
    };
}
