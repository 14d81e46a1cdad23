// The body of a cell magic, run as if it stood in the cell by itself: in the notebook's own namespace, statement by statement,
// its last expression shown. What it does to memory is measured, in all and by statement. On the thread that runs the cells,
// within a cell, with the GIL, as the tutor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/cell_record.hpp"

#include <pybind11/pybind11.h>

namespace xmemory::magics
{
    // A top-level statement, or several that follow each other where the body has very many.
    struct Statement
    {
        int first_line = 0; // as the editor numbers the cell's lines
        int last_line = 0;
        std::string source;          // its first line, as typed
        std::int64_t peak_bytes = 0; // the highest level while it ran, above the start of the body
        std::int64_t kept_bytes = 0; // of what it made, in use at the end of the body
        bool known = true;           // false: the body ended a measurement that was not its own
    };

    struct BodyRun
    {
        std::optional<report::Figures> figures; // nullopt: unknown, and why says so
        bool exact = true;                      // false: the peak is "at least", and why says so
        std::string why;
        std::vector<Statement> statements;
        double seconds = 0;
    };

    // Has a hand in how a body is compiled, to be called as it runs.
    class BodyFollower
    {
    public:
        virtual ~BodyFollower() = default;
        // statement: a list of one top-level statement, as ast has it. What is put into it runs as the learner's code does.
        virtual void add_to(const pybind11::list& statement) = 0;
        // What these statements were compiled to, before it runs; it may be changed.
        virtual void follow(const pybind11::object& code) = 0;
    };

    // body: as typed. magic_line: the cell's first line, which stands above it, or empty where none does: then the body begins
    // with line 1. The body's errors go through as pybind11::error_already_set.
    BodyRun run_body(const std::string& body, const std::string& magic_line, BodyFollower* follower = nullptr);

    // Calls a function without arguments; statements is empty. value: what it returned, which counts as kept.
    BodyRun run_function(const pybind11::object& function, pybind11::object& value);
}
