#include "magics/ranking.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include <pybind11/pybind11.h>

#include "cpython/object_text.hpp"
#include "cpython/owners.hpp"
#include "cpython/references.hpp"
#include "cpython/thread_frames.h"
#include "magics/heap_walk.hpp"
#include "magics/named_values.hpp"
#include "magics/notebook_places.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        using cpython::HeapGraph;
        using cpython::Number;
        using cpython::Owner;

        constexpr std::size_t longest_name = 60;

        struct NamedObject
        {
            PyObject* object = nullptr;
            std::vector<std::string> own;
            std::vector<std::string> of_outputs;
        };

        bool starts_with(const std::string& text, const char* start) { return text.rfind(start, 0) == 0; }

        // _, __, ___, _5
        bool is_output_name(const std::string& name)
        {
            return name[0] == '_' && (name.find_first_not_of('_') == std::string::npos || name.find_first_not_of("0123456789", 1) == std::string::npos);
        }

        // What IPython itself puts among the names: input history, and what it copies into its hidden names.
        bool is_machinery(PyObject* key, const std::string& name, PyObject* value, PyObject* hidden)
        {
            const bool of_history = starts_with(name, "_i") && name.find_first_not_of("i0123456789h", 1) == std::string::npos;
            const bool is_dunder = starts_with(name, "__") && name.size() > 4 && name.compare(name.size() - 2, 2, "__") == 0;
            return of_history || is_dunder || PyModule_Check(value) ||
                   (hidden != nullptr && PyUnicode_CheckExact(key) && PyDict_GetItemWithError(hidden, key) == value);
        }

        std::vector<NamedObject> named_objects(const cpython::NotebookPlaces& places)
        {
            std::vector<NamedObject> all;
            std::map<PyObject*, std::size_t> place;
            const auto of = [&](PyObject* object) -> NamedObject&
            {
                const auto [found, is_new] = place.emplace(object, all.size());
                if (is_new)
                {
                    all.push_back({object, {}, {}});
                }
                return all[found->second];
            };
            PyObject *key = nullptr, *value = nullptr;
            for (Py_ssize_t at = 0; places.outputs != nullptr && PyDict_Next(places.outputs, &at, &key, &value);)
            {
                if (const auto number = cpython::literal_of(key))
                {
                    of(value).of_outputs.push_back("Out[" + *number + "]");
                }
            }
            for (Py_ssize_t at = 0; PyDict_Next(places.names, &at, &key, &value);)
            {
                const std::string name = PyUnicode_Check(key) ? cpython::text_of(key, longest_name) : std::string();
                if (name.empty())
                {
                    continue;
                }
                if (is_output_name(name))
                {
                    if (!PyUnicode_CheckExact(value) || PyUnicode_GET_LENGTH(value) != 0) // _ before there was an output
                    {
                        of(value).of_outputs.push_back(name);
                    }
                }
                else if (!is_machinery(key, name, value, places.hidden))
                {
                    of(value).own.push_back(name);
                }
            }
            return all;
        }

        // What an error left: its exception and its traceback, wherever they are kept.
        struct LastError
        {
            std::vector<PyObject*> parts;
            std::vector<PyObject*> keepers;
        };

        LastError last_error(const cpython::NotebookPlaces& places)
        {
            LastError error;
            const auto add = [&](const py::object& part)
            {
                if (!part.is_none())
                {
                    error.parts.push_back(part.ptr());
                }
            };
            const py::module_ sys = py::module_::import("sys");
            add(py::getattr(sys, "last_value", py::none()));
            add(py::getattr(sys, "last_traceback", py::none()));
            error.keepers.push_back(PyModule_GetDict(sys.ptr()));
            const py::object printer = py::getattr(py::handle(places.shell), "InteractiveTB", py::none());
            if (!printer.is_none())
            {
                add(py::getattr(printer, "tb", py::none()));
                error.keepers.push_back(printer.ptr());
            }
            if (places.last_result != nullptr)
            {
                add(py::getattr(py::handle(places.last_result), "error_in_exec", py::none()));
                error.keepers.push_back(places.last_result);
            }
            return error;
        }

        class Walk
        {
        public:
            Walk(const HeapGraph& graph, const cpython::NotebookPlaces& places, const std::vector<NamedObject>& named, const LastError& error, std::vector<PyObject*> all_namespaces)
                : graph_(graph), namespaces_(std::move(all_namespaces)), flags_(graph.size() + 1, 0)
            {
                for (PyObject* boundary : {places.names, places.outputs, places.hidden})
                {
                    mark(boundary, is_boundary);
                }
                for (const NamedObject& one : named)
                {
                    groups_.push_back({graph.find(one.object)});
                    mark(one.object, is_named);
                }
                std::vector<Number> of_error;
                for (PyObject* part : error.parts)
                {
                    of_error.push_back(graph.find(part));
                    mark(part, is_of_error);
                }
                groups_.push_back(of_error);
                for (PyObject* keeper : error.keepers)
                {
                    mark_with_attributes(keeper, keeps_error);
                }
                for (PyObject* keeper : {places.display_hook, places.last_result})
                {
                    mark_with_attributes(keeper, keeps_outputs);
                }
                for (std::vector<Number>& group : groups_)
                {
                    group.erase(std::remove(group.begin(), group.end(), 0u), group.end());
                }
            }

            // By group, then the others, then what is shared.
            std::vector<Held> run() const
            {
                const std::vector<Owner> owners = cpython::find_owners(graph_, groups_, others(), [this](Number from, Number to) { return enters(from, to); });
                std::vector<Held> sums(groups_.size() + 2);
                for (Number node = 1; node <= graph_.size(); ++node)
                {
                    const Owner owner = owners[node] == cpython::no_owner ? static_cast<Owner>(groups_.size() + 1) : owners[node];
                    Held& sum = owner == cpython::several_owners ? sums.back() : sums[owner - 1];
                    sum.objects += !graph_.is_key_table(node);
                    const cpython::BytesByOrigin bytes = graph_.bytes_by_origin(node);
                    for (std::size_t origin = 0; origin < bytes.size(); ++origin)
                    {
                        sum.bytes[origin] += bytes[origin];
                    }
                }
                return sums;
            }

        private:
            enum Flag : std::uint8_t { is_boundary = 1, is_named = 2, is_of_error = 4, keeps_outputs = 8, keeps_error = 16 };

            void mark(PyObject* object, Flag flag)
            {
                if (object != nullptr)
                {
                    std::uint8_t& flags = flags_[graph_.find(object)]; // of 0 where it is not in the graph
                    flags = static_cast<std::uint8_t>(flags | flag);
                }
            }

            void mark_with_attributes(PyObject* object, Flag flag)
            {
                mark(object, flag);
                if (object != nullptr)
                {
                    mark(cpython::dict_of(object), flag);
                }
            }

            bool enters(Number from, Number to) const
            {
                const std::uint8_t there = flags_[to], here = flags_[from];
                return (there & is_boundary) == 0 && ((here & keeps_outputs) == 0 || (there & is_named) == 0) &&
                       ((here & keeps_error) == 0 || (there & is_of_error) == 0);
            }

            // Modules, what runs, and what C code holds.
            std::vector<Number> others() const
            {
                std::vector<Number> starts = cpython::held_by_c_code(graph_);
                for (PyObject* names : namespaces_)
                {
                    starts.push_back(graph_.find(names));
                }
                struct Context
                {
                    const HeapGraph& graph;
                    std::vector<Number>& starts;
                } context{graph_, starts};
                xmemory_visit_frames(
                    [](const xmemory_frame_reference* reference, void* with)
                    {
                        auto& [graph, starts] = *static_cast<Context*>(with);
                        starts.push_back(graph.find(reference->object));
                        return 0;
                    },
                    &context);
                starts.erase(std::remove_if(starts.begin(), starts.end(), [this](Number node) { return node == 0 || (flags_[node] & is_boundary) != 0; }),
                             starts.end());
                return starts;
            }

            const HeapGraph& graph_;
            std::vector<PyObject*> namespaces_;
            std::vector<std::uint8_t> flags_;
            std::vector<std::vector<Number>> groups_;
        };

        std::string statement_of(const NamedObject& one)
        {
            const std::vector<std::string>& names = one.own;
            if (!one.of_outputs.empty())
            {
                const auto any = std::find_if(one.of_outputs.begin(), one.of_outputs.end(), [](const std::string& name) { return name[0] == '_'; });
                const std::string name = !names.empty() ? names[0] : any != one.of_outputs.end() ? *any : "";
                return cpython::is_identifier(name) ? "%xdel " + name : "";
            }
            std::string all;
            for (const std::string& name : names)
            {
                if (!cpython::is_identifier(name))
                {
                    return "";
                }
                all += (all.empty() ? "del " : ", ") + name;
            }
            return all;
        }

        RankedVariable ranked(const NamedObject& one, const Held& only)
        {
            RankedVariable variable{one.own, one.own.empty(), Py_TYPE(one.object)->tp_name, statement_of(one), only};
            variable.names.insert(variable.names.end(), one.of_outputs.begin(), one.of_outputs.end());
            return variable;
        }
    }

    Ranking rank_variables(const Progress& progress)
    {
        const cpython::NotebookPlaces places = notebook_places();
        const LastError error = last_error(places);
        const std::vector<NamedObject> named = named_objects(places);
        const std::vector<PyObject*> all_namespaces = namespaces();
        const auto graph = walk_heap("Following what the variables hold", progress,
                                     [&](const std::function<bool()>& keep_going)
                                     {
                                         auto all = std::make_unique<HeapGraph>();
                                         return all->read_all(keep_going) ? std::move(all) : nullptr;
                                     });
        const std::vector<Held> sums = Walk(*graph, places, named, error, all_namespaces).run();
        Ranking ranking;
        for (std::size_t index = 0; index < named.size(); ++index)
        {
            ranking.variables.push_back(ranked(named[index], sums[index]));
        }
        std::stable_sort(ranking.variables.begin(), ranking.variables.end(), [](const RankedVariable& one, const RankedVariable& other)
                         { return cpython::sum_of(one.only.bytes) > cpython::sum_of(other.only.bytes); });
        ranking.last_traceback = sums[named.size()];
        ranking.others = sums[named.size() + 1];
        ranking.shared = sums.back();
        return ranking;
    }
}
