#include "cpython/holder_paths.hpp"

#include <algorithm>

#include "cpython/object_text.hpp"
#include "cpython/reference_words.hpp"
#include "cpython/thread_frames.h"

namespace xmemory::cpython
{
    namespace
    {
        constexpr std::size_t longest_name = 60;

        // a.b.c: what import takes.
        bool is_module_name(const std::string& name)
        {
            for (std::size_t begin = 0; begin <= name.size();)
            {
                const std::size_t end = std::min(name.find('.', begin), name.size());
                if (!is_identifier(name.substr(begin, end - begin)))
                {
                    return false;
                }
                begin = end + 1;
            }
            return true;
        }

        std::string text_or_nothing(PyObject* text)
        {
            return text != nullptr && PyUnicode_Check(text) ? text_of(text, longest_name) : std::string();
        }
    }

    HolderPaths::HolderPaths(const HeapGraph& graph, const NotebookPlaces& places, Number object)
        : graph_(graph), object_(object)
    {
        begin_at(places.names, {"", "", false, false});
        notebook_ = places.names != nullptr ? graph.find(places.names) : 0;
        begin_at(places.outputs, {"Out", "", false, true});
        begin_at(places.shell, {"get_ipython()", "", false, true});
        begin_at(places.hidden, {"get_ipython().user_ns_hidden", "", false, true});
        begin_at_modules();
        note_keepers_of_outputs(places);
        reached_ = reach(
            graph, starts_, [object](Number node) { return node != object; }, EquallyNear::as_met);
        starts_.clear();
        begin_at_frames();
        reach_on(
            graph, starts_, EquallyNear::as_met, [object](Number node) { return node != object; }, reached_);
    }

    void HolderPaths::begin_at_others(const std::vector<Number>& nodes)
    {
        reach_on(
            graph_, nodes, EquallyNear::as_met, [this](Number node) { return node != object_; }, reached_);
    }

    void HolderPaths::begin_at(PyObject* object, Place place)
    {
        const Number node = object != nullptr ? graph_.find(object) : 0;
        if (node != 0 && node != object_ && places_.emplace(node, std::move(place)).second)
        {
            starts_.push_back(node);
        }
    }

    void HolderPaths::note_keepers_of_outputs(const NotebookPlaces& places)
    {
        for (PyObject* keeper : {places.outputs, places.hidden, places.display_hook, places.last_result})
        {
            if (keeper != nullptr)
            {
                keepers_of_outputs_.insert(graph_.find(keeper));
                PyObject* attributes = dict_of(keeper);
                keepers_of_outputs_.insert(attributes != nullptr ? graph_.find(attributes) : 0);
            }
        }
        keepers_of_outputs_.erase(0);
    }

    void HolderPaths::begin_at_modules()
    {
        PyObject *name = nullptr, *module = nullptr;
        for (Py_ssize_t at = 0; PyDict_Next(PyImport_GetModuleDict(), &at, &name, &module);)
        {
            if (!PyModule_Check(module) || !PyUnicode_Check(name))
            {
                continue;
            }
            const std::string text = text_of(name, longest_name);
            const auto literal = literal_of(name);
            Place place{text, text, true, text == "sys" || text.compare(0, 7, "IPython") == 0};
            if (!is_module_name(text))
            {
                place.expression = literal ? "sys.modules[" + *literal + "]" : "";
                place.import = "sys";
            }
            begin_at(PyModule_GetDict(module), std::move(place));
        }
    }

    void HolderPaths::begin_at_frames()
    {
        struct Context
        {
            HolderPaths& paths;
            unsigned long thread_id;
        } context{*this, PyThreadState_Get()->thread_id};
        xmemory_visit_frames(
            [](const xmemory_frame_reference* reference, void* with)
            {
                auto& [paths, thread_id] = *static_cast<Context*>(with);
                const Number node = paths.graph_.find(reference->object);
                if (node == 0)
                {
                    return 0;
                }
                paths.of_frames_[node] += reference->is_of_generator == 0; // whose object tells it too
                RunningLocal local{text_or_nothing(reference->name),
                                   reference->code != nullptr ? text_or_nothing(reference->code->co_qualname)
                                                              : std::string(),
                                   reference->line, reference->thread_id != thread_id};
                if (paths.places_.count(node) == 0 && paths.locals_.emplace(node, std::move(local)).second &&
                    node != paths.object_)
                {
                    paths.starts_.push_back(node);
                }
                return 0;
            },
            &context);
    }

    const RunningLocal* HolderPaths::running_local(Number node) const
    {
        const auto found = locals_.find(node);
        return found != locals_.end() ? &found->second : nullptr;
    }

    Py_ssize_t HolderPaths::references_of_frames(Number node) const
    {
        const auto found = of_frames_.find(node);
        return found != of_frames_.end() ? found->second : 0;
    }

    std::optional<Reference> HolderPaths::reference(Number from, Number to) const
    {
        if (graph_.is_key_table(from) || graph_.is_key_table(to))
        {
            return std::nullopt;
        }
        return find_reference(graph_.object(from), graph_.object(to));
    }

    std::vector<Number> HolderPaths::nodes_to(Number node) const
    {
        std::vector<Number> nodes{node};
        while (reached_.from[nodes.back()] != nodes.back() && reached_.from[nodes.back()] != 0)
        {
            nodes.push_back(reached_.from[nodes.back()]);
        }
        std::reverse(nodes.begin(), nodes.end());
        return nodes;
    }

    HolderPath HolderPaths::begin(Number node) const
    {
        HolderPath path;
        if (const auto place = places_.find(node); place != places_.end())
        {
            path.expression = path.words = place->second.expression;
            path.import = place->second.import;
            path.begins_in_module = place->second.is_module;
            path.begins_in_machinery = place->second.is_machinery;
            return path;
        }
        HolderStep step{"", graph_.is_key_table(node) ? "attribute names" : Py_TYPE(graph_.object(node))->tp_name, node};
        if (const RunningLocal* local = running_local(node))
        {
            step.name = local->name;
        }
        path.words = !step.name.empty() ? step.name : "a " + step.type;
        path.steps.push_back(std::move(step));
        return path;
    }

    // An attribute that stands in an object's dict is written as one: x.a, not x.__dict__['a'].
    void HolderPaths::add_step(HolderPath& path, Number from, Number to) const
    {
        static constexpr const char* of_attributes = ".__dict__";
        static constexpr std::size_t length = 9;
        const auto found = reference(from, to);
        const bool is_first = path.steps.empty() && is_namespace(from);
        const auto place = places_.find(from);
        const bool from_names = is_first && (is_notebook(from) || place->second.is_module);
        const bool from_attributes = !path.steps.empty() && path.steps.back().name == of_attributes;
        std::string words = found ? words_of(*found) : " (an attribute's name)";
        std::string suffix = found ? suffix_of(*found) : "";
        if (found && found->kind == Reference::Kind::value && (from_names || from_attributes))
        {
            const std::string name = text_or_nothing(found->name);
            if (is_identifier(name))
            {
                suffix = words = (is_first && is_notebook(from) ? "" : ".") + name;
            }
            else if (is_first && is_notebook(from))
            {
                words = name;
                suffix = suffix.empty() ? "" : "globals()" + suffix;
            }
            else if (is_first) // of a module, whose namespace is a dict
            {
                suffix = suffix.empty() ? "" : of_attributes + suffix;
            }
            if (from_attributes && is_identifier(name))
            {
                path.steps.pop_back();
                const auto without = [](std::string& text)
                {
                    if (text.size() >= length)
                    {
                        text.erase(text.size() - length);
                    }
                };
                without(path.words);
                without(path.expression);
            }
        }
        const bool is_typed = !suffix.empty() && (!path.expression.empty() || (path.steps.empty() && is_notebook(from)));
        const bool through_frame = !graph_.is_key_table(from) && PyFrame_Check(graph_.object(from));
        const bool is_private = suffix.compare(0, 2, "._") == 0 && suffix.compare(0, 3, ".__") != 0;
        path.expression = is_typed && !through_frame && !is_private ? path.expression + suffix : "";
        path.words += words;
        path.steps.push_back(
            {std::move(words), graph_.is_key_table(to) ? "attribute names" : Py_TYPE(graph_.object(to))->tp_name, to});
    }

    HolderPath HolderPaths::path_to(Number node) const { return path_along(node, {}); }

    HolderPath HolderPaths::path_along(Number node, const std::vector<Number>& further) const
    {
        std::vector<Number> nodes = nodes_to(node);
        nodes.insert(nodes.end(), further.begin(), further.end());
        HolderPath path = begin(nodes[0]);
        for (std::size_t index = 1; index < nodes.size(); ++index)
        {
            add_step(path, nodes[index - 1], nodes[index]);
        }
        path.nodes = std::move(nodes);
        return path;
    }
}
