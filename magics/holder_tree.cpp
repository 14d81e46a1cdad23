// What refers to an object, for reference_tree.hpp: from the object up to namespaces, classes and modules.
#include <memory>
#include <unordered_map>

#include "cpython/object_text.hpp"
#include "cpython/references.hpp"
#include "magics/heap_walk.hpp"
#include "magics/reference_rows.hpp"
#include "magics/reference_tree.hpp"

namespace xmemory::magics
{
    namespace
    {
        using cpython::HeapGraph;
        using Number = HeapGraph::Number;
        using NodeSet = std::vector<bool>; // by node
        using Row = ReferenceTree::Row;

        // The notebook's namespace and those of modules, and what people call a name in each: "variable", "math.".
        std::unordered_map<const PyObject*, std::string> namespace_words()
        {
            std::unordered_map<const PyObject*, std::string> words;
            PyObject *name = nullptr, *module = nullptr;
            for (Py_ssize_t at = 0; PyDict_Next(PyImport_GetModuleDict(), &at, &name, &module);)
            {
                if (PyModule_Check(module) && PyUnicode_Check(name))
                {
                    words.emplace(PyModule_GetDict(module), cpython::text_of(name, 40) + ".");
                }
            }
            words[notebook_names().ptr()] = "variable ";
            return words;
        }

        class Climbing
        {
        public:
            Climbing(const HeapGraph& graph, Number top) : graph_(graph), namespaces_(namespace_words()), rows_(graph), met_(graph.size() + 1)
            {
                rows_.add(top, {});
                met_[top] = true;
            }

            ReferenceTree climb(const NamedValue& value, int depth)
            {
                const Number top = rows_.nodes()[0];
                rows_.tree.rows[0] = {value.label, rows_.type_of(top), rows_.value_of(top), graph_.bytes(top), 1, 0, {}};
                std::vector<std::vector<Number>> holders = holders_of(0, 1);
                for (const Number holder : holders[0])
                {
                    ++rows_.tree.objects;
                    rows_.tree.bytes += graph_.bytes(holder);
                }
                tell_uncounted(top);
                std::size_t begin = 0;
                for (int step = 0; step < depth && !holders.empty(); ++step)
                {
                    const std::size_t end = rows_.tree.rows.size();
                    for (std::size_t row = begin; row < begin + holders.size() && rows_.left() > 1; ++row)
                    {
                        show(row, holders[row - begin]);
                    }
                    begin = end;
                    holders = step + 1 < depth && rows_.left() > 1 ? holders_of(begin, rows_.tree.rows.size()) : decltype(holders)();
                }
                rows_.add_across(true);
                for (ReferenceTree::Across& one : rows_.tree.across)
                {
                    const Number from = rows_.nodes()[one.from];
                    const bool is_namespace = !graph_.is_key_table(from) && namespaces_.count(graph_.object(from)) != 0;
                    one.name = is_namespace ? words(from, rows_.nodes()[one.to]) : one.name;
                }
                return std::move(rows_.tree);
            }

        private:
            bool is_the_end(Number node) const
            {
                return graph_.is_key_table(node) || graph_.is_class_or_module(node) || namespaces_.count(graph_.object(node)) != 0;
            }

            // Who holds each of these rows and was not met before; each holder once.
            std::vector<std::vector<Number>> holders_of(std::size_t begin, std::size_t end)
            {
                std::vector<std::vector<Number>> holders(end - begin);
                std::unordered_map<Number, std::size_t> sought;
                NodeSet sought_set(graph_.size() + 1, false);
                for (std::size_t row = begin; row < end; ++row)
                {
                    const Number node = rows_.nodes()[row];
                    if (node != 0 && (row == 0 || !is_the_end(node)))
                    {
                        sought[node] = row - begin;
                        sought_set[node] = true;
                    }
                }
                for (Number node = 1; node <= graph_.size() && !sought.empty(); ++node)
                {
                    for (const Number* target = graph_.targets_begin(node); target != graph_.targets_end(node) && !met_[node]; ++target)
                    {
                        if (sought_set[*target])
                        {
                            met_[node] = true;
                            holders[sought[*target]].push_back(node);
                        }
                    }
                }
                return holders;
            }

            void show(std::size_t row, const std::vector<Number>& holders)
            {
                if (holders.empty())
                {
                    return;
                }
                std::vector<ReferenceRows::Candidate> candidates;
                for (const Number holder : holders)
                {
                    candidates.push_back({holder, graph_.bytes(holder), 1});
                }
                const Number held = rows_.nodes()[row];
                const std::size_t first = rows_.tree.rows.size();
                rows_.add_below(row, std::move(candidates), [&](Number holder) { return words(holder, held); });
                for (std::size_t added = first; added < rows_.tree.rows.size(); ++added)
                {
                    name_namespace(added);
                }
            }

            std::string words(Number holder, Number held) const
            {
                const auto space = graph_.is_key_table(holder) ? namespaces_.end() : namespaces_.find(graph_.object(holder));
                if (space == namespaces_.end() || graph_.is_key_table(held))
                {
                    const std::string how = rows_.words_between(holder, held);
                    return how.empty() || how.front() == ' ' ? "" : how + " of";
                }
                const auto reference = cpython::find_reference(graph_.object(holder), graph_.object(held));
                return reference && reference->name != nullptr && PyUnicode_Check(reference->name)
                           ? space->second + cpython::text_of(reference->name, 40)
                           : "";
            }

            void name_namespace(std::size_t row)
            {
                const Number node = rows_.nodes()[row];
                if (node != 0 && !graph_.is_key_table(node))
                {
                    const auto space = namespaces_.find(graph_.object(node));
                    if (space != namespaces_.end())
                    {
                        rows_.tree.rows[row].type = space->second == "variable " ? "the notebook's names" : "a module's names";
                    }
                }
            }

            // Beside those of objects, and the one that the question itself has.
            void tell_uncounted(Number top)
            {
                std::int64_t counted = 0;
                for (Number node = 1; node <= graph_.size(); ++node)
                {
                    for (const Number* target = graph_.targets_begin(node); target != graph_.targets_end(node); ++target)
                    {
                        counted += *target == top;
                    }
                }
                const std::int64_t left = graph_.references(top) - counted - 1;
                if (left > 0)
                {
                    rows_.add(0, {"", "", "", 0, left, 0, Row::Kind::uncounted});
                }
            }

            

            const HeapGraph& graph_;
            const std::unordered_map<const PyObject*, std::string> namespaces_;
            ReferenceRows rows_;
            NodeSet met_;
        };
    }

    ReferenceTree references_to(const NamedValue& value, int depth, const Progress& progress)
    {
        PyObject* object = value.value.ptr();
        const auto graph = walk_heap("Looking for its holders", progress,
                                     [&](const std::function<bool()>& keep_going)
                                     {
                                         auto read = std::make_unique<HeapGraph>();
                                         return read->read_all(keep_going) ? std::move(read) : nullptr;
                                     });
        if (graph->find(object) == 0) // nothing that is known holds it
        {
            ReferenceTree tree;
            const std::int64_t bytes = cpython::sum_of(cpython::object_bytes(object, graph->types().facts_of(Py_TYPE(object))));
            tree.rows.push_back({value.label, Py_TYPE(object)->tp_name, "", bytes, 1, 0, {}});
            return tree;
        }
        return Climbing(*graph, graph->find(object)).climb(value, depth);
    }
}
