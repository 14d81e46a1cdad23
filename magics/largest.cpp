#include "magics/largest.hpp"

#include <algorithm>
#include <unordered_map>

#include <pybind11/pybind11.h>

#include "cpython/let_go.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        using References = std::unordered_map<PyObject*, Py_ssize_t>;

        void count_values(const py::handle& dict, References& references)
        {
            PyObject *key = nullptr, *value = nullptr;
            for (Py_ssize_t at = 0; PyDict_Check(dict.ptr()) && PyDict_Next(dict.ptr(), &at, &key, &value);)
            {
                ++references[value];
            }
        }

        // An attribute that holds a reference itself, not one that is computed.
        void count_attribute(const py::handle& object, const char* name, References& references)
        {
            const py::object value = py::getattr(object, name, py::none());
            if (!value.is_none())
            {
                ++references[value.ptr()];
            }
        }

        // What %xdel takes away: IPython/core/interactiveshell.py, del_var.
        References references_that_xdel_takes(const py::object& shell)
        {
            References references;
            const py::object names = shell.attr("user_ns");
            count_values(names, references);
            if (!names.is(shell.attr("user_global_ns")))
            {
                count_values(shell.attr("user_global_ns"), references);
            }
            count_values(shell.attr("user_ns_hidden"), references);
            count_values(shell.attr("history_manager").attr("output_hist"), references);
            for (const char* name : {"_", "__", "___"})
            {
                count_attribute(shell.attr("displayhook"), name, references);
            }
            if (const py::object last = shell.attr("last_execution_result"); !last.is_none())
            {
                count_attribute(last, "result", references);
            }
            return references;
        }

        bool is_learners(PyObject* name, PyObject* value, const py::handle& hidden)
        {
            return PyUnicode_Check(name) && PyUnicode_GET_LENGTH(name) != 0 && PyUnicode_READ_CHAR(name, 0) != '_' &&
                   !PyModule_Check(value) && PyDict_GetItemWithError(hidden.ptr(), name) != value;
        }
    }

    std::vector<report::Holder> largest_variables(std::int64_t at_least_bytes, std::size_t most)
    {
        const py::object shell = py::module_::import("IPython").attr("get_ipython")();
        const References references = references_that_xdel_takes(shell);
        const py::object names = shell.attr("user_ns"), hidden = shell.attr("user_ns_hidden");
        std::vector<report::Holder> found;
        PyObject *name = nullptr, *value = nullptr;
        for (Py_ssize_t at = 0; PyDict_Next(names.ptr(), &at, &name, &value);)
        {
            if (!is_learners(name, value, hidden))
            {
                continue;
            }
            const cpython::LetGo let_go = cpython::bytes_let_go(value, references.at(value));
            if (let_go.bytes >= at_least_bytes)
            {
                const auto text = py::handle(name).cast<std::string>();
                found.push_back({text, let_go.bytes, !let_go.complete, "%xdel " + text});
            }
        }
        std::stable_sort(found.begin(), found.end(),
                         [](const report::Holder& a, const report::Holder& b) { return a.bytes > b.bytes; });
        found.resize(std::min(found.size(), most));
        return found;
    }
}
