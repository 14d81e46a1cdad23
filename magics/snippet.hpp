// One piece of the learner's code, run and measured in a copy of the notebook's namespace: it sees every variable, and what it
// assigns goes with the copy. On the thread that runs the cells, within a cell, with the GIL, as the tutor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "report/cell_record.hpp"

#include <pybind11/pybind11.h>

namespace xmemory::magics
{
    // code: an expression or statements as typed in a cell. Throws pybind11::error_already_set (SyntaxError).
    struct Snippet
    {
        std::string label;
        bool is_expression = false;
        pybind11::object code; // compiled
    };
    Snippet compile_expression(const std::string& label, const std::string& source);
    Snippet compile_statements(const std::string& label, const std::string& source);
    bool is_expression(const std::string& source);

    // Runs an expression in a copy of the namespace, unmeasured. Throws pybind11::error_already_set.
    pybind11::object value_of_expression(const std::string& label, const std::string& source);

    struct FirstItem
    {
        std::int64_t peak_bytes = 0; // until it was there
        double seconds = 0;
        bool is_there = false; // false: there was no item at all
    };

    struct Measured
    {
        report::Figures figures; // kept: after the value of an expression was dropped; variables of statements still stand
        std::int64_t value_bytes = 0; // what the value of an expression held
        bool exact = true;
        double seconds = 0;
        std::optional<FirstItem> first_item; // where it was asked for
    };

    struct Conditions
    {
        std::string variable; // has the number while setup and snippet run; or empty
        std::int64_t number = 0;
        bool iterates = false; // the value's items are taken too, one at a time, as `for item in value: pass` does
    };

    // Runs it once. setup, if it has code, runs before it in the same namespace, unmeasured. What it prints is dropped where
    // quiet. Errors of the snippet go through as pybind11::error_already_set; UsageError where nothing can be measured: outside
    // of a cell, on another thread, or when the numbers of the cell's measurements have run out; and for a value without items.
    Measured run_measured(const Snippet& snippet, const Snippet& setup, bool quiet, const Conditions& conditions = {});
}
