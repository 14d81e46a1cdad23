// Strings, names and small values of the learner's as text, read from their memory: makes no object, calls no __repr__, and leaves no
// UTF-8 copy in a string as Python's own functions do. With the GIL.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <Python.h>

namespace xmemory::cpython
{
    // string: a str or of a subclass. Its first characters as UTF-8, and "…" where there are more.
    std::string text_of(PyObject* string, std::size_t most_characters);

    // What one types for it: for None, True, a number, a str or bytes of at most 60 characters, and tuples of these; of no subclass.
    std::optional<std::string> literal_of(PyObject* object);

    // A name that may stand after a dot.
    bool is_identifier(const std::string& name);
}
