// The table of %memory commands. A command is one file: its options, its measurement, its report. Help and completion read the
// same table. On the thread that runs the cells, with the GIL, as the tutor.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "report/document.hpp"

namespace xmemory::magics
{
    // Bad input: one clear sentence with the way out. Becomes IPython's UsageError at the boundary.
    class UsageError : public std::runtime_error
    {
    public:
        using std::runtime_error::runtime_error;
    };

    // Shows what is being done, in the place where the report will stand; for work of more than two seconds.
    using Progress = std::function<void(const std::string&)>;

    using Publish = std::function<void(const report::Document&)>;

    struct Request
    {
        std::vector<std::string> words;  // after the command's name, split as a shell splits them
        std::string line;                // the same, as typed
        std::optional<std::string> body; // of a cell magic
        bool is_typed = false;           // as a magic: then its line stands above the body
        Progress progress = [](const std::string&) {};
        Publish publish = [](const report::Document&) {}; // for a report that comes before an error of the learner's code
    };

    struct Command
    {
        const char* name;                 // "" is %memory alone
        const char* usage;                // after "%memory "
        const char* summary;              // one line
        std::vector<const char*> options; // what Tab offers after the name
        bool takes_a_cell;                // %%memory
        bool splits_words;                // false: what follows is Python and stays as typed
        std::vector<report::Document> (*run)(const Request&);
        std::string (*help)();
        std::vector<std::string> examples = {}; // whole cells, which run as they stand; help shows them
        // Of the options, those that turn something on or off for the cells to come.
        std::vector<const char*> switches = {};
    };

    const std::vector<Command>& commands();
    const Command* find_command(const std::string& name);

    // Runs one line of %memory (or %%memory with its body) and hands each report to publish. Throws UsageError for bad input;
    // errors of the learner's own code go through as pybind11::error_already_set.
    void run_line(const std::string& line, const std::optional<std::string>& body, const Publish& publish,
                  const Progress& progress);

    // What could stand at the end of a line that begins with %memory or %%memory: commands, then the command's options.
    std::vector<std::string> completions(const std::string& line_to_cursor);

    // The end of such a line where it may be Python, for Python to complete; else empty.
    std::string code_after_name(const std::string& line_to_cursor);

    // Splits as a shell does; throws UsageError for a quote that is not closed.
    std::vector<std::string> split_words(const std::string& line);
}
