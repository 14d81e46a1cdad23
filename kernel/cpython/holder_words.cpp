#include "cpython/holder_words.hpp"

#include <cstring>
#include <optional>

#include "cpython/object_text.hpp"
#include "cpython/thread_frames.h"

namespace xmemory::cpython
{
    namespace
    {
        using Kind = Holder::Kind;

        constexpr std::size_t longest_name = 60;

        std::string text_or(PyObject* text, const char* otherwise)
        {
            return text != nullptr && PyUnicode_Check(text) ? text_of(text, longest_name) : otherwise;
        }

        std::string name_of_function(PyObject* object)
        {
            if (PyFunction_Check(object))
            {
                return text_or(reinterpret_cast<PyFunctionObject*>(object)->func_qualname, "a function");
            }
            std::string name = "a function";
            visit_named_references(object,
                                   [&](const Reference& reference)
                                   {
                                       const bool is_it = reference.kind == Reference::Kind::part &&
                                                          std::strcmp(reference.word, "__wrapped__") == 0;
                                       if (is_it && PyFunction_Check(reference.target))
                                       {
                                           name = name_of_function(reference.target);
                                       }
                                       return !is_it;
                                   });
            return name;
        }

        struct FramePlace
        {
            std::string function = "a function";
            std::string local; // that holds it, or ""
            int line = 0;
        };

        // object: a frame that does not run, or a generator or coroutine.
        FramePlace place_in_frame(PyObject* object, PyObject* held)
        {
            struct Context
            {
                FramePlace place;
                PyObject* held;
            } context{{}, held};
            xmemory_visit_locals(
                object,
                [](const xmemory_frame_reference* reference, void* with)
                {
                    auto* context = static_cast<Context*>(with);
                    context->place.function = text_or(reference->code->co_qualname, "a function");
                    context->place.line = reference->line;
                    const bool is_it = reference->object == context->held;
                    if (is_it)
                    {
                        context->place.local = text_or(reference->name, "");
                    }
                    return is_it && reference->name != nullptr ? 1 : 0;
                },
                &context);
            return context.place;
        }

        std::string local_words(const FramePlace& place)
        {
            return place.local.empty() ? "what " + place.function + " works with" : "the local variable " + place.local + " of " + place.function;
        }

        const char* name_of_generator(PyObject* object)
        {
            return PyCoro_CheckExact(object) ? "coroutine" : PyAsyncGen_CheckExact(object) ? "asynchronous generator" : "generator";
        }

        bool waits(PyObject* object) { return PyGen_CheckExact(object) || PyCoro_CheckExact(object) || PyAsyncGen_CheckExact(object); }

        HolderClause of_a_frame(PyObject* frame, const HolderPath& path, std::size_t at, const HeapGraph& graph)
        {
            FramePlace place = place_in_frame(frame, graph.object(path.nodes[at + 1]));
            PyObject* next = graph.object(path.nodes[at + 1]);
            if (place.local.empty() && PyDict_Check(next) && at + 2 < path.nodes.size() && !graph.is_key_table(path.nodes[at + 2]))
            {
                const auto reference = find_reference(next, graph.object(path.nodes[at + 2]));
                place.local = reference && reference->name != nullptr ? text_or(reference->name, "") : "";
            }
            const bool by_traceback = at > 0 && !graph.is_key_table(path.nodes[at - 1]) && PyTraceBack_Check(graph.object(path.nodes[at - 1]));
            if (by_traceback)
            {
                place.line = reinterpret_cast<PyTracebackObject*>(graph.object(path.nodes[at - 1]))->tb_lineno;
            }
            const char* keeper = path.begins_in_machinery ? "the last traceback keeps" : by_traceback ? "a traceback keeps" : "its frame object keeps";
            return {Kind::traceback, local_words(place) + ", at line " + std::to_string(place.line) + ", which " + keeper};
        }

        std::optional<HolderClause> by_the_way(const HeapGraph& graph, const HolderPath& path, std::size_t at)
        {
            if (graph.is_key_table(path.nodes[at]) || graph.is_key_table(path.nodes[at + 1]))
            {
                return std::nullopt;
            }
            PyObject* object = graph.object(path.nodes[at]);
            PyObject* held = graph.object(path.nodes[at + 1]);
            if (PyFrame_Check(object))
            {
                return of_a_frame(object, path, at, graph);
            }
            if (waits(object))
            {
                const FramePlace place = place_in_frame(object, held);
                return HolderClause{Kind::generator, local_words(place) + ", a " + name_of_generator(object) + " that waits at line " +
                                                         std::to_string(place.line)};
            }
            const bool is_function = PyFunction_Check(object);
            if (PyType_Check(object) && held == reinterpret_cast<PyTypeObject*>(object)->tp_dict)
            {
                return HolderClause{Kind::class_attribute, std::string("an attribute of the class ") + reinterpret_cast<PyTypeObject*>(object)->tp_name};
            }
            if (!is_function && std::strcmp(Py_TYPE(object)->tp_name, "functools._lru_cache_wrapper") != 0)
            {
                return std::nullopt;
            }
            const auto reference = find_reference(object, held);
            if (!reference)
            {
                return std::nullopt;
            }
            if (reference->kind == Reference::Kind::cached)
            {
                return HolderClause{Kind::cache, "what the cache of " + name_of_function(object) + " keeps (functools.lru_cache)"};
            }
            const std::string word = reference->word;
            if (is_function && (word == "__defaults__" || word == "__kwdefaults__"))
            {
                return HolderClause{Kind::default_argument, "a default argument of " + name_of_function(object)};
            }
            if (is_function && word == "__closure__")
            {
                return HolderClause{Kind::closure, "a variable that " + name_of_function(object) + " remembers (a closure)"};
            }
            return std::nullopt;
        }

        // Of the last step.
        std::string last_words(const HeapGraph& graph, const HolderPaths& paths, const HolderPath& path)
        {
            const std::size_t length = path.nodes.size();
            const Number holder = path.nodes[length - 2];
            const auto reference = paths.reference(holder, path.nodes[length - 1]);
            std::string container = path.words;
            if (!path.steps.empty() && container.size() >= path.steps.back().name.size())
            {
                container.erase(container.size() - path.steps.back().name.size());
            }
            const std::string of = graph.is_key_table(holder) ? "objects' attribute names"
                                                              : container + " (" + Py_TYPE(graph.object(holder))->tp_name + ")";
            using Reference = Reference::Kind;
            switch (reference ? reference->kind : Reference::unnamed)
            {
            case Reference::attribute:
            case Reference::slot:
                return "an attribute of " + of;
            case Reference::element:
                return "an element of " + of;
            case Reference::value:
                return path.steps.size() >= 2 || !paths.is_namespace(holder) ? "a value of " + of : "an attribute of " + container;
            case Reference::key:
                return "a key of " + of;
            case Reference::member:
                return "a member of " + of;
            default:
                return "held by " + of;
            }
        }
    }

    HolderClause clause_of(const HeapGraph& graph, const HolderPaths& paths, const HolderPath& path)
    {
        for (std::size_t at = path.nodes.size() - 1; at-- > 0;)
        {
            if (auto clause = by_the_way(graph, path, at))
            {
                return *clause;
            }
        }
        if (path.nodes.size() < 2)
        {
            return {Kind::running, "what a running function works with"};
        }
        if (paths.is_notebook(path.nodes[0]))
        {
            const bool is_name = path.nodes.size() == 2;
            return {Kind::variable, is_name ? "a variable of the notebook" : last_words(graph, paths, path)};
        }
        if (const RunningLocal* local = paths.running_local(path.nodes[0]); local != nullptr && !paths.is_namespace(path.nodes[0]))
        {
            return {Kind::running, last_words(graph, paths, path) + ", " + clause_of(*local).words};
        }
        if (path.begins_in_machinery)
        {
            return {Kind::machinery, last_words(graph, paths, path) + ", of the machinery that runs cells"};
        }
        return path.begins_in_module ? HolderClause{Kind::module, last_words(graph, paths, path) + ", of a module"}
                                     : HolderClause{Kind::c_code, last_words(graph, paths, path) + ", which C code holds"};
    }

    HolderClause clause_of(const RunningLocal& local)
    {
        if (local.function.empty())
        {
            return {Kind::running, "what a thread keeps for itself"};
        }
        const std::string what = local.name.empty() ? "what " + local.function + " works with" : "the local variable " + local.name + " of " + local.function;
        return {Kind::running, what + ", which runs at line " + std::to_string(local.line) + (local.is_other_thread ? " in another thread" : "")};
    }
}
