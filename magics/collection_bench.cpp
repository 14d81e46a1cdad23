#include "magics/collection_bench.hpp"

#include <algorithm>
#include <functional>

#include "magics/structure_build.hpp"
#include "magics/structure_kinds.hpp"

#include <pybind11/eval.h>

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        constexpr double enough_seconds = 0.1; // for one time that is shown
        constexpr std::size_t most_runs = 7;
        constexpr int most_calls = 100'000;
        constexpr int calls_of_fixed_runs = 10;
        constexpr int steps_between_looks = 10'000;

        double median(std::vector<double> seconds)
        {
            std::sort(seconds.begin(), seconds.end());
            return seconds[seconds.size() / 2];
        }

        // run gives the seconds that it took.
        double median_of_runs(const std::optional<int>& runs, const std::function<double()>& run)
        {
            std::vector<double> seconds;
            double spent = 0;
            while (seconds.empty() || (runs ? seconds.size() < static_cast<std::size_t>(*runs)
                                            : seconds.size() < most_runs && spent < enough_seconds))
            {
                seconds.push_back(run());
                spent += seconds.back();
            }
            return median(seconds);
        }

        double seconds_of_lookups(const py::object& structure, const py::handle item, int calls)
        {
            const StopWatch watch;
            call_as_learner(
                [&]() -> PyObject*
                {
                    for (int call = 0; call < calls; ++call)
                    {
                        if (PySequence_Contains(structure.ptr(), item.ptr()) < 0)
                        {
                            return nullptr;
                        }
                    }
                    return Py_NewRef(Py_None);
                });
            return watch.seconds();
        }

        // One `item in structure`. So many of them make a run that the clock does not matter; with a fixed number of runs a
        // fixed number of them.
        double lookup_seconds(const std::optional<int>& runs, const py::object& structure, const py::handle item)
        {
            const double one = seconds_of_lookups(structure, item, 1);
            const double wanted = enough_seconds / (2 * most_runs);
            const int calls = runs                         ? calls_of_fixed_runs
                              : one * most_calls <= wanted ? most_calls
                                                           : std::max(1, static_cast<int>(wanted / one));
            return median_of_runs(runs, [&] { return seconds_of_lookups(structure, item, calls); }) / calls;
        }

        double seconds_of_iterating(const py::object& structure)
        {
            const StopWatch watch;
            call_as_learner(
                [&]() -> PyObject*
                {
                    PyObject* iterator = PyObject_GetIter(structure.ptr());
                    int steps = 0;
                    while (PyObject* item = iterator ? PyIter_Next(iterator) : nullptr)
                    {
                        Py_DECREF(item);
                        if (++steps % steps_between_looks == 0 && PyErr_CheckSignals() < 0)
                        {
                            break;
                        }
                    }
                    Py_XDECREF(iterator);
                    return PyErr_Occurred() ? nullptr : Py_NewRef(Py_None);
                });
            return watch.seconds();
        }

        bool is_ordinary_error(const py::error_already_set& error) { return error.matches(PyExc_Exception); }

        std::string words_of(const py::error_already_set& error)
        {
            const auto words = py::str(error.value()).cast<std::string>();
            return words.empty() ? error.type().attr("__name__").cast<std::string>() : words;
        }

        // Why a structure cannot even be tried, or empty.
        std::string hindrance(const Collection& collection, const Items& items)
        {
            if (collection.holds_values && items.count() > 0 && !items.are_numbers())
            {
                return "only for items that are all int, or all float";
            }
            const std::string name = collection.module ? collection.module : "";
            if (name != "numpy" || py::module_::import("sys").attr("modules").contains(name))
            {
                return "";
            }
            const bool is_there = !py::module_::import("importlib.util").attr("find_spec")(name).is_none();
            return is_there ? "import numpy first" : "it is not installed";
        }

        py::object builder_of(const Collection& collection, const Items& items)
        {
            py::dict names;
            if (collection.module != nullptr)
            {
                const py::object module = py::module_::import(collection.module);
                names["numpy"] = module;
                names["array"] = py::getattr(module, "array", py::none());
                names["deque"] = py::getattr(module, "deque", py::none());
            }
            names["typecode"] = items.kind == ItemKind::integers ? "q" : "d";
            names["dtype"] = items.kind == ItemKind::integers ? "int64" : "float64";
            return py::eval(std::string("lambda items: ") + collection.expression, names);
        }

        void measure_speed(CollectionRow& row, const py::object& builder, Built& built, const Items& items,
                           const std::optional<int>& runs)
        {
            const py::object& structure = built.structure;
            if (items.count() > 0)
            {
                row.first_seconds = lookup_seconds(runs, structure, items.list[0]);
                row.last_seconds = lookup_seconds(runs, structure, items.list[items.list.size() - 1]);
            }
            row.missing_seconds = lookup_seconds(runs, structure, items.missing);
            row.iterate_seconds = median_of_runs(runs, [&] { return seconds_of_iterating(structure); });
            drop_as_learner(built.structure);
            row.build_seconds = median_of_runs(
                runs,
                [&]
                {
                    const StopWatch watch;
                    py::object again = call_as_learner([&] { return PyObject_CallOneArg(builder.ptr(), items.list.ptr()); });
                    const double seconds = watch.seconds();
                    drop_as_learner(again);
                    return seconds;
                });
        }

        CollectionRow measure_collection(const Collection& collection, const Items& items, const std::optional<int>& runs)
        {
            CollectionRow row;
            row.name = collection.name;
            row.not_possible = hindrance(collection, items);
            if (!row.not_possible.empty())
            {
                return row;
            }
            try
            {
                const py::object builder = builder_of(collection, items);
                const py::tuple arguments = py::make_tuple(items.list);
                PyGC_Collect(); // empties Python's free lists: so the structure's own blocks are all new
                // The call's own tuples come from the free lists again; an empty structure leaves them there, and stays itself.
                const py::object empty = builder(py::list());
                Built built = build(builder, arguments);
                row.bytes = built.cost.figures.kept_bytes;
                row.bytes_by_origin = built.kept_by_origin();
                row.peak_bytes = built.cost.figures.peak_bytes;
                row.exact = built.cost.exact;
                row.held = static_cast<std::int64_t>(py::len(built.structure));
                const auto held_bytes = collection.holds_values ? 0 : bytes_of_items(built.structure);
                row.with_item_bytes = held_bytes ? std::optional(row.bytes + *held_bytes) : std::nullopt;
                measure_speed(row, builder, built, items, runs);
            }
            catch (const py::error_already_set& error)
            {
                if (!is_ordinary_error(error))
                {
                    throw;
                }
                row.not_possible = words_of(error);
            }
            return row;
        }
    }

    std::vector<CollectionRow> measure_collections(const Items& items, const std::optional<int>& runs, Patience& patience)
    {
        std::vector<CollectionRow> rows;
        for (const Collection& collection : collections())
        {
            patience.say(std::string("Building and searching: ") + collection.name);
            rows.push_back(measure_collection(collection, items, runs));
        }
        return rows;
    }
}
