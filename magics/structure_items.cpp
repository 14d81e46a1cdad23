#include "magics/structure_items.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "cpython/block.hpp"
#include "magics/measurement.hpp"
#include "magics/snippet.hpp"
#include "report/numbers.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        constexpr Py_ssize_t default_count = 100'000;
        constexpr int items_between_looks = 10'000;

        // Up to so many more items of an iterator at the end of a list. False: there are no more. -1: a Python error.
        int take_some(PyObject* iterator, PyObject* list)
        {
            for (int taken = 0; taken < items_between_looks; ++taken)
            {
                PyObject* item = PyIter_Next(iterator);
                if (item == nullptr)
                {
                    return PyErr_Occurred() ? -1 : 0;
                }
                const int failed = PyList_Append(list, item);
                Py_DECREF(item);
                if (failed != 0)
                {
                    return -1;
                }
            }
            return 1;
        }

        // As the builtin list, but that a long or endless one can be interrupted.
        py::list list_of(const py::object& iterable, Patience& patience)
        {
            const py::object iterator = call_as_learner([&] { return PyObject_GetIter(iterable.ptr()); });
            py::list list;
            int taken = 1;
            while (taken > 0)
            {
                call_as_learner(
                    [&]
                    {
                        taken = take_some(iterator.ptr(), list.ptr());
                        return taken < 0 ? nullptr : Py_NewRef(Py_None);
                    });
                patience.say("Taking the items, " + report::count(static_cast<std::int64_t>(list.size())) + " so far");
            }
            return list;
        }

        ItemKind kind_of(const py::list& list)
        {
            const auto all = [&](auto is) { return std::all_of(list.begin(), list.end(), is); };
            if (list.empty())
            {
                return ItemKind::others;
            }
            if (all([](py::handle item) { return PyLong_CheckExact(item.ptr()); }))
            {
                return ItemKind::integers;
            }
            if (all([](py::handle item) { return PyFloat_CheckExact(item.ptr()); }))
            {
                return ItemKind::floats;
            }
            return all([](py::handle item) { return PyUnicode_CheckExact(item.ptr()); }) ? ItemKind::strings
                                                                                         : ItemKind::others;
        }

        py::object builtin(const char* name) { return py::module_::import("builtins").attr(name); }

        // Of the items' own type where that can be had, so that each comparison is the one that a search makes.
        py::object missing_of(const py::list& list, ItemKind kind)
        {
            switch (kind)
            {
            case ItemKind::integers:
                return builtin("max")(list) + py::int_(1);
            case ItemKind::strings:
                return builtin("max")(list, py::arg("key") = builtin("len")) + py::str("?");
            case ItemKind::floats:
                return py::float_(std::numeric_limits<double>::quiet_NaN());
            case ItemKind::others:
                break;
            }
            return builtin("object")();
        }

        py::object value_of(const std::string& text)
        {
            if (text.empty())
            {
                return py::int_(default_count);
            }
            if (!is_expression(text))
            {
                throw UsageError("%memory structures cannot read '" + text +
                                 "' as an expression: give a number of items, like 1_000, or something to take them from, "
                                 "like words.");
            }
            return value_of_expression("structures", text);
        }

        constexpr int most_items = 10'000'000;

        py::object iterable_of(const py::object& value)
        {
            if (PyLong_CheckExact(value.ptr()))
            {
                if (value < py::int_(0))
                {
                    throw UsageError("%memory structures needs a number of items from 0 on, not " +
                                     py::str(value).cast<std::string>() + ".");
                }
                if (value > py::int_(most_items))
                {
                    throw UsageError("%memory structures makes at most 10,000,000 items for each structure: give a smaller number, "
                                     "or something to take the items from.");
                }
                return builtin("range")(value);
            }
            if (Py_TYPE(value.ptr())->tp_iter == nullptr && !PySequence_Check(value.ptr()))
            {
                throw UsageError(
                    std::string("%memory structures needs a number of items or something to take them from, not ") +
                    Py_TYPE(value.ptr())->tp_name + ".");
            }
            return value;
        }

        // A block that an allocator gave has facts; small integers and single characters are part of the program.
        std::int64_t own_bytes(PyObject* item)
        {
            const auto block = cpython::read_block(item);
            return block ? static_cast<std::int64_t>(block->asked_bytes) : 0;
        }

        // Not a text that keeps a copy of itself in UTF-8 beside its characters.
        bool is_one_block(PyObject* item)
        {
            if (PyUnicode_CheckExact(item))
            {
                return PyUnicode_IS_COMPACT_ASCII(item) ||
                       (PyUnicode_IS_COMPACT(item) && reinterpret_cast<PyCompactUnicodeObject*>(item)->utf8 == nullptr);
            }
            return PyLong_CheckExact(item) || PyFloat_CheckExact(item) || PyBytes_CheckExact(item) || item == Py_None ||
                   PyBool_Check(item);
        }
    }

    const char* Items::noun() const { return are_numbers() ? "number" : kind == ItemKind::strings ? "string" : "item"; }

    std::string Items::words() const { return report::count(count()) + " " + noun() + (count() == 1 ? "" : "s"); }

    Items take_items(const std::string& text, Patience& patience)
    {
        py::object value = value_of(text);
        Items items;
        items.list = list_of(iterable_of(value), patience);
        items.kind = kind_of(items.list);
        items.missing = missing_of(items.list, items.kind);
        drop_as_learner(value);
        return items;
    }

    std::optional<std::int64_t> bytes_of_items(const py::object& structure)
    {
        std::vector<PyObject*> held;
        for (const py::handle item : structure)
        {
            if (!is_one_block(item.ptr()))
            {
                return std::nullopt;
            }
            held.push_back(item.ptr());
        }
        std::sort(held.begin(), held.end());
        held.erase(std::unique(held.begin(), held.end()), held.end());
        std::int64_t bytes = 0;
        for (PyObject* item : held)
        {
            bytes += own_bytes(item);
        }
        return bytes;
    }
}
