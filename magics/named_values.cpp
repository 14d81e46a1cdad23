#include "magics/named_values.hpp"

#include "cpython/dict_layout.hpp"
#include "cpython/object_text.hpp"
#include "magics/command.hpp"
#include "magics/snippet.hpp"
#include "magics/trimmed.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        // The elements of a line that reads as a tuple, or the line itself; nothing where it is not one expression.
        std::vector<std::string> expressions_of(const std::string& line)
        {
            const std::string source = "(" + line + "\n)";
            if (!is_expression(source))
            {
                return {};
            }
            const py::module_ ast = py::module_::import("ast");
            const py::object body = ast.attr("parse")(source, py::arg("mode") = "eval").attr("body");
            // A tuple that begins with our own parenthesis was typed without one.
            if (!py::isinstance(body, ast.attr("Tuple")) || body.attr("col_offset").cast<int>() != 0)
            {
                return {line};
            }
            std::vector<std::string> sources;
            for (const py::handle element : body.attr("elts"))
            {
                sources.push_back(ast.attr("get_source_segment")(source, element).cast<std::string>());
            }
            return sources;
        }

        std::vector<std::string> sources_of(const std::string& line)
        {
            if (std::vector<std::string> sources = expressions_of(line); !sources.empty())
            {
                return sources;
            }
            std::vector<std::string> sources;
            for (const std::string& word : split_words(line))
            {
                if (!is_expression(word))
                {
                    return {};
                }
                sources.push_back(word);
            }
            return sources;
        }

        NamedValue named_value(const std::string& source)
        {
            const py::dict names = notebook_names();
            if (cpython::is_identifier(source) && names.contains(source))
            {
                return {source, names[source.c_str()], true};
            }
            return {source, value_of_expression(source, source), false};
        }
    }

    py::dict notebook_names() { return py::module_::import("IPython").attr("get_ipython")().attr("user_ns"); }

    // Only a table of nothing but texts is asked by key: others may have an __eq__ (Objects/dictobject.c).
    PyObject* find_variable(PyObject* names, PyObject* name)
    {
        if (cpython::keys_of(reinterpret_cast<PyDictObject*>(names))->kind != 0)
        {
            return PyDict_GetItemWithError(names, name);
        }
        PyObject *key = nullptr, *value = nullptr;
        for (Py_ssize_t at = 0; PyDict_Next(names, &at, &key, &value);)
        {
            if (PyUnicode_CheckExact(key) && PyUnicode_Compare(key, name) == 0)
            {
                return value;
            }
        }
        return nullptr;
    }

    std::vector<NamedValue> named_values(const std::string& command, const std::string& line, std::size_t most)
    {
        const std::string text = trimmed(line);
        const std::string example = "%memory " + command + " x";
        if (text.empty())
        {
            throw UsageError("%memory " + command + " needs something to look at: " + example + ".");
        }
        const std::vector<std::string> sources = sources_of(text);
        if (sources.empty())
        {
            throw UsageError("'" + text + "' is no expression. %memory " + command + " takes names or expressions: " + example +
                             ". See %memory help " + command + ".");
        }
        if (sources.size() > most)
        {
            throw UsageError("%memory " + command + " takes " + (most == 1 ? "one expression" : "up to " + std::to_string(most) + " expressions") +
                             " at once, not " + std::to_string(sources.size()) + ".");
        }
        std::vector<NamedValue> values;
        for (const std::string& source : sources)
        {
            values.push_back(named_value(source));
        }
        return values;
    }

    std::vector<PyObject*> namespaces()
    {
        std::vector<PyObject*> all = {notebook_names().ptr()};
        PyObject *name = nullptr, *module = nullptr;
        for (Py_ssize_t at = 0; PyDict_Next(PyImport_GetModuleDict(), &at, &name, &module);)
        {
            if (PyModule_Check(module))
            {
                all.push_back(PyModule_GetDict(module));
            }
        }
        return all;
    }
}
