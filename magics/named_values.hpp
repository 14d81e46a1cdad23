// The objects that a command is asked about, by the expressions that were typed. On the thread that runs the cells, with the GIL, as
// the tutor.
#pragma once

#include <string>
#include <vector>

#include <pybind11/pybind11.h>

namespace xmemory::magics
{
    struct NamedValue
    {
        std::string label; // as typed
        pybind11::object value;
        bool is_variable = false; // of the notebook: found by its name, so that no code ran
    };

    // "x, d['a'] y": expressions with commas or blanks between them. Each runs as the learner's code. Throws UsageError where there
    // is none, more than most, or one that cannot be read; errors of the expressions go through as pybind11::error_already_set.
    std::vector<NamedValue> named_values(const std::string& command, const std::string& line, std::size_t most);

    // The notebook's names.
    pybind11::dict notebook_names();

    // What a name of a namespace is bound to, borrowed; nullptr for nothing. Runs no code, whatever else is a key there.
    PyObject* find_variable(PyObject* names, PyObject* name);

    // Namespaces that belong to no object of the learner's: of the notebook, and of all modules. They live as long as these do.
    std::vector<PyObject*> namespaces();
}
