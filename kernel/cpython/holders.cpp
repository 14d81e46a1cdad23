#include "cpython/holders.hpp"

#include <algorithm>
#include <set>

#include "cpython/block.hpp"
#include "cpython/holder_search.hpp"
#include "cpython/holder_words.hpp"
#include "cpython/object_text.hpp"
#include "cpython/owners.hpp"
#include "cpython/reference_words.hpp"
#include "cpython/tracked.hpp"
#include "cpython/type_table.hpp"

namespace xmemory::cpython
{
    namespace
    {
        using Kind = Holder::Kind;

        constexpr std::size_t most_looked_at = 500; // in each step

        // IPython's own name for what was displayed: _, __, ___, _5.
        bool is_output_name(const std::string& name)
        {
            return !name.empty() && name[0] == '_' &&
                   (name.find_first_not_of('_') == std::string::npos || name.find_first_not_of("0123456789", 1) == std::string::npos);
        }

        bool is_on_the_heap(PyObject* object)
        {
            const bool is_static_type = PyType_Check(object) && !PyType_HasFeature(reinterpret_cast<PyTypeObject*>(object), Py_TPFLAGS_HEAPTYPE);
            return !is_static_type && read_block(start_of(object)).has_value();
        }

        class Telling
        {
        public:
            Telling(const HeapGraph& graph, const NotebookPlaces& places, PyObject* object, Py_ssize_t our_own, std::size_t most)
                : graph_(graph), places_(places), object_(object), node_(graph.find(object)), our_own_(our_own), most_(most),
                  paths_(graph, places, node_)
            {}

            Holders tell()
            {
                told_.references = Py_REFCNT(object_) - our_own_;
                told_.is_part_of_program = !is_on_the_heap(object_);
                if (node_ == 0)
                {
                    add_unaccounted(told_.references, {});
                    return std::move(told_);
                }
                search_ = search_holders(graph_, paths_, node_, most_looked_at);
                told_.more += search_.not_looked_at;
                for (const Number node : search_.between)
                {
                    tell_names(node);
                }
                tell_those_that_let_go();
                tell_running();
                tell_loose();
                tell_unaccounted();
                told_.exclusive_bytes = exclusive_bytes();
                return std::move(told_);
            }

        private:
            // From one of those between to the object.
            std::vector<Number> way_from(Number node) const
            {
                std::vector<Number> way{node};
                while (search_.toward.at(way.back()) != 0)
                {
                    way.push_back(search_.toward.at(way.back()));
                }
                return way;
            }

            void add(Holder holder)
            {
                if (told_.each.size() < most_)
                {
                    told_.each.push_back(std::move(holder));
                }
                else
                {
                    ++told_.more;
                }
            }

            Holder holder_of(const HolderPath& path, std::string lets_go, std::uint32_t references) const
            {
                HolderClause clause = clause_of(graph_, paths_, path);
                return {clause.kind, path.words, std::move(clause.words), std::move(lets_go), path.steps, references};
            }

            // What the notebook's names and IPython's records of outputs have: %xdel takes it from all of them at once.
            void tell_names(Number node)
            {
                std::vector<std::string> names, outputs;
                read_names(graph_.is_key_table(node) ? nullptr : graph_.object(node), names, outputs);
                Number keeper = 0;
                std::uint32_t kept = 0;
                for (const HeldBy& one : search_.let_go)
                {
                    if (one.held[0] == node && paths_.keeps_outputs(one.holder))
                    {
                        keeper = keeper == 0 ? one.holder : keeper;
                        kept += one.references;
                    }
                }
                const bool is_output = keeper != 0 || !outputs.empty();
                const std::string& any_name = !names.empty() ? names[0] : !outputs.empty() ? outputs[0] : empty_;
                const bool by_xdel = is_output && is_identifier(any_name);
                const std::vector<Number> way = way_from(node);
                for (const std::string& name : names)
                {
                    Holder holder = holder_of(path_from_names(name, way), by_xdel ? "%xdel " + any_name : deletion_of(name), 1);
                    add(std::move(holder));
                }
                if (is_output)
                {
                    add(output_holder(node, keeper, outputs, way, by_xdel ? "%xdel " + any_name : "", kept));
                }
            }

            static std::string deletion_of(const std::string& name)
            {
                return is_identifier(name) ? "del " + name : ""; // another key of globals()
            }

            void read_names(PyObject* value, std::vector<std::string>& names, std::vector<std::string>& outputs) const
            {
                PyObject *key = nullptr, *one = nullptr;
                for (Py_ssize_t at = 0; value != nullptr && places_.names != nullptr && PyDict_Next(places_.names, &at, &key, &one);)
                {
                    if (one == value && PyUnicode_Check(key))
                    {
                        const std::string name = text_of(key, longest_name);
                        (is_output_name(name) ? outputs : names).push_back(name);
                    }
                }
            }

            HolderPath path_from_names(const std::string& name, const std::vector<Number>& way) const
            {
                HolderPath path = paths_.path_along(graph_.find(places_.names), way);
                if (!path.steps.empty() && path.words.compare(0, path.steps[0].name.size(), path.steps[0].name) == 0)
                {
                    path.words.replace(0, path.steps[0].name.size(), name); // of several names that it has, this one
                    path.steps[0].name = name;
                }
                return path;
            }

            // Out[5], with the names beside it.
            Holder output_holder(Number node, Number keeper, const std::vector<std::string>& outputs, const std::vector<Number>& way,
                                 std::string lets_go, std::uint32_t references) const
            {
                HolderPath path = keeper != 0 ? paths_.path_along(paths_.is_reached(keeper) ? keeper : node, way)
                                              : path_from_names(outputs[0], way);
                const Number out = places_.outputs != nullptr ? graph_.find(places_.outputs) : 0;
                if (out != 0 && paths_.reference(out, node))
                {
                    path = paths_.path_along(out, way);
                }
                std::string also;
                for (const std::string& name : outputs)
                {
                    also += (also.empty() ? " (also " : ", ") + name;
                }
                Holder holder = holder_of(path, std::move(lets_go), references + static_cast<std::uint32_t>(outputs.size()));
                holder.kind = Kind::output;
                holder.words = "what IPython keeps of an output" + (also.empty() ? "" : also + ")");
                return holder;
            }

            void tell_those_that_let_go()
            {
                Holder last_traceback;
                std::vector<Cut> cuts;
                for (const HeldBy& one : search_.let_go)
                {
                    if (paths_.is_notebook(one.holder) || paths_.keeps_outputs(one.holder))
                    {
                        continue; // told
                    }
                    const HolderPath path = paths_.path_along(one.holder, way_from(one.held[0]));
                    Holder holder = holder_of(path, one.cut ? statement_of(*one.cut) : "", one.references);
                    if (holder.kind == Kind::traceback && path.begins_in_machinery && one.cut)
                    {
                        cuts.push_back(*one.cut);
                        holder.references += last_traceback.references;
                        if (cuts.size() > 1)
                        {
                            holder.path = last_traceback.path;
                            holder.words = last_traceback.words;
                            holder.steps = last_traceback.steps;
                        }
                        last_traceback = std::move(holder);
                        continue;
                    }
                    add(std::move(holder));
                }
                if (!cuts.empty())
                {
                    last_traceback.references = 1;
                    last_traceback.lets_go = all_of(cuts);
                    add(std::move(last_traceback));
                }
            }

            // All of them in one line: a traceback stands in several places.
            static std::string all_of(const std::vector<Cut>& cuts)
            {
                std::set<std::string> imports;
                std::string statements;
                for (const Cut& cut : cuts)
                {
                    if (!cut.import.empty())
                    {
                        imports.insert(cut.import);
                    }
                    statements += (statements.empty() ? "" : "; ") + cut.statement;
                }
                std::string all;
                for (const std::string& import : imports)
                {
                    all += "import " + import + "; ";
                }
                return all + statements;
            }

            void tell_running()
            {
                for (const Number node : search_.between)
                {
                    const RunningLocal* local = paths_.running_local(node);
                    if (local == nullptr)
                    {
                        continue;
                    }
                    const HolderClause clause = clause_of(*local);
                    Holder holder{clause.kind, local->name.empty() ? "a running function" : local->name, clause.words, "", {}, 1};
                    holder.steps.push_back({holder.path, Py_TYPE(graph_.object(node))->tp_name, node});
                    add(std::move(holder));
                }
            }

            // What the object leads to itself, and what nothing leads to.
            void tell_loose()
            {
                if (search_.loose.empty())
                {
                    return;
                }
                const Reached inside = reach(graph_, {node_}, [&](Number node) { return node == node_ || !paths_.is_reached(node); });
                const HeldBy* cycle = nullptr;
                std::vector<const HeldBy*> others;
                for (const HeldBy& one : search_.loose)
                {
                    if (inside.from[one.holder] == 0)
                    {
                        others.push_back(&one);
                    }
                    else if (cycle == nullptr)
                    {
                        cycle = &one;
                    }
                }
                if (!others.empty())
                {
                    tell_others(others);
                }
                if (cycle != nullptr)
                {
                    add(cycle_holder(inside, *cycle));
                }
            }

            Holder cycle_holder(const Reached& inside, const HeldBy& back) const
            {
                Holder holder;
                holder.kind = Kind::cycle;
                holder.lets_go = "import gc; gc.collect()";
                std::vector<Number> ring{back.holder};
                while (ring.back() != node_)
                {
                    ring.push_back(inside.from[ring.back()]);
                }
                std::reverse(ring.begin(), ring.end());
                const std::vector<Number> rest = way_from(back.held[0]);
                ring.insert(ring.end(), rest.begin(), rest.end());
                for (std::size_t index = 1; index < ring.size(); ++index)
                {
                    const auto reference = paths_.reference(ring[index - 1], ring[index]);
                    const Number node = ring[index];
                    holder.steps.push_back({reference ? words_of(*reference) : " (an attribute's name)",
                                            graph_.is_key_table(node) ? "attribute names" : Py_TYPE(graph_.object(node))->tp_name, node});
                    holder.path += holder.steps.back().name;
                }
                holder.words = "a cycle: it holds itself by what it leads to, and goes in the collection after all others have let go";
                return holder;
            }

            // Held by C code, by way of these, or garbage.
            void tell_others(const std::vector<const HeldBy*>& others)
            {
                std::vector<Number> of_c_code = held_by_c_code(graph_);
                of_c_code.erase(std::remove_if(of_c_code.begin(), of_c_code.end(), [&](Number node) { return node == node_ || paths_.is_reached(node); }),
                                of_c_code.end());
                paths_.begin_at_others(of_c_code);
                bool garbage_is_told = false;
                for (const HeldBy* one : others)
                {
                    if (paths_.is_reached(one->holder))
                    {
                        add(holder_of(paths_.path_along(one->holder, way_from(one->held[0])), "", one->references));
                    }
                    else if (!garbage_is_told)
                    {
                        garbage_is_told = true;
                        Holder holder{Kind::garbage, std::string("a ") + type_of(one->holder), "garbage: nothing leads to it, and it waits for the collector",
                                      "import gc; gc.collect()", {}, one->references};
                        holder.steps.push_back({holder.path, type_of(one->holder), one->holder});
                        add(std::move(holder));
                    }
                }
            }

            std::string type_of(Number node) const { return graph_.is_key_table(node) ? "attribute names" : Py_TYPE(graph_.object(node))->tp_name; }

            void tell_unaccounted()
            {
                for (const Number node : search_.between)
                {
                    const Py_ssize_t known = search_.counted.at(node) + paths_.references_of_frames(node) + (node == node_ ? our_own_ : 0);
                    if (graph_.references(node) > known && (node != node_ || !told_.is_part_of_program))
                    {
                        add_unaccounted(graph_.references(node) - known, node == node_ ? std::vector<Number>{} : way_from(node));
                    }
                }
            }

            void add_unaccounted(Py_ssize_t references, const std::vector<Number>& way)
            {
                if (references <= 0)
                {
                    return;
                }
                Holder holder;
                holder.kind = Kind::c_code;
                holder.references = references;
                holder.path = way.empty() ? "C code" : "C code, by a " + type_of(way[0]);
                holder.words = std::string(references == 1 ? "a reference" : "references") +
                               " that no object accounts for: C code has it, or a running function works with it";
                holder.steps.push_back({holder.path, type_of(way.empty() ? node_ : way[0]), 0});
                add(std::move(holder));
            }

            std::int64_t exclusive_bytes() const
            {
                const Reached below = reach(graph_, {node_},
                                            [&](Number node)
                                            { return node == node_ || (!paths_.is_namespace(node) && !graph_.is_class_or_module(node)); });
                const NodeSet only = held_only_by(graph_, below, {node_}, {});
                std::int64_t bytes = 0;
                for (const Number node : below.order)
                {
                    bytes += only[node] ? graph_.bytes(node) : 0;
                }
                return bytes;
            }

            static constexpr std::size_t longest_name = 60;

            const HeapGraph& graph_;
            const NotebookPlaces& places_;
            PyObject* object_;
            Number node_;
            Py_ssize_t our_own_;
            std::size_t most_;
            HolderPaths paths_;
            HolderSearch search_;
            Holders told_;
            const std::string empty_;
        };
    }

    const char* name_of(Holder::Kind kind)
    {
        static constexpr const char* names[] = {"variable", "output",          "traceback", "running function", "generator", "closure", "default argument",
                                                "cache",    "class attribute", "module",    "machinery",        "cycle",     "garbage", "C code"};
        return names[static_cast<int>(kind)];
    }

    Holders find_holders(const HeapGraph& graph, const NotebookPlaces& places, PyObject* object, Py_ssize_t our_own, std::size_t most)
    {
        return Telling(graph, places, object, our_own, most).tell();
    }
}
