#include "cpython/holder_cuts.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "cpython/object_text.hpp"
#include "cpython/reference_words.hpp"

namespace xmemory::cpython
{
    namespace
    {
        using Kind = Reference::Kind;

        bool is_named(PyObject* object, const char* name) { return std::strcmp(Py_TYPE(object)->tp_name, name) == 0; }

        // Suspended, or not begun: what runs cannot be closed. An asynchronous one is closed by awaiting only.
        bool can_be_closed(PyObject* object)
        {
            return (PyGen_CheckExact(object) || PyCoro_CheckExact(object)) &&
                   reinterpret_cast<PyGenObject*>(object)->gi_frame_state < 0; // FRAME_EXECUTING (pycore_frame.h, 3.11)
        }

        std::string attribute_is_none(const std::string& owner, const std::string& name) { return owner + "." + name + " = None"; }

        // What an object keeps for itself goes with it: df, not df._mgr.
        bool is_private(const std::string& name) { return !name.empty() && name[0] == '_'; }

        bool is_class(const HeapGraph& graph, Number node) { return !graph.is_key_table(node) && PyType_Check(graph.object(node)); }

        // What a module needs stays: only the object itself is taken from it, or the last traceback.
        bool may_leave_module(const HeapGraph& graph, const HolderPaths& paths, const Reference& reference)
        {
            return graph.find(reference.target) == paths.object() || PyTraceBack_Check(reference.target);
        }
        std::string cleared(const HolderPath& path) { return path.begins_in_module ? "" : path.expression + ".clear()"; }

        // A dict's entry. path: to the dict. For the attributes of a module, a class or an instance: as one writes those.
        std::string cut_of_entry(const HeapGraph& graph, const HolderPaths& paths, const HolderPath& path, Number dict, const Reference& reference,
                                 std::uint32_t references)
        {
            const std::string& expression = path.expression;
            const std::string name =
                reference.name != nullptr && PyUnicode_CheckExact(reference.name) ? text_of(reference.name, 200) : std::string();
            if (paths.is_notebook(dict))
            {
                return is_identifier(name) ? "del " + name : suffix_of(reference).empty() ? "" : "del globals()" + suffix_of(reference);
            }
            const bool of_module = path.steps.empty() && path.begins_in_module;
            const bool of_attributes = !path.steps.empty() && path.steps.back().name == ".__dict__";
            if (of_module || of_attributes)
            {
                const std::string owner = of_module ? expression : expression.substr(0, expression.size() - std::strlen(".__dict__"));
                const bool of_class = path.nodes.size() > 1 && is_class(graph, path.nodes[path.nodes.size() - 2]);
                const bool is_open = of_module ? !is_private(name) && may_leave_module(graph, paths, reference) : !is_private(name) || of_class;
                return is_open && is_identifier(name) && reference.kind == Kind::value ? attribute_is_none(owner, name) : "";
            }
            const auto key = reference.name != nullptr ? literal_of(reference.name) : std::nullopt;
            return references == 1 && key ? "del " + expression + "[" + *key + "]" : cleared(path);
        }

        std::string cut_of_part(const std::string& expression, PyObject* holder, const Reference& reference)
        {
            static constexpr const char* settable[] = {"__defaults__", "__kwdefaults__", "__traceback__", "__context__", "__cause__"};
            for (const char* part : settable)
            {
                if (std::strcmp(reference.word, part) == 0)
                {
                    return attribute_is_none(expression, part);
                }
            }
            const bool is_args = PyExceptionInstance_Check(holder) && std::strcmp(reference.word, "args") == 0;
            return is_args ? expression + ".args = ()" : "";
        }

        std::string cut_of_element(const HolderPath& path, PyObject* holder, const Reference& reference, std::uint32_t references)
        {
            const std::string& expression = path.expression;
            switch (layout_of(Py_TYPE(holder)))
            {
            case Layout::list:
            case Layout::deque:
                return references == 1 ? "del " + expression + suffix_of(reference) : cleared(path);
            case Layout::numpy_array:
                return references == 1 ? expression + suffix_of(reference) + " = None" : expression + ".fill(None)";
            default:
                return ""; // a tuple
            }
        }

        std::string cut_of_reference(const HeapGraph& graph, const HolderPaths& paths, const HolderPath& path, Number node, PyObject* holder,
                                     const Reference& reference, std::uint32_t references)
        {
            const std::string& expression = path.expression;
            switch (reference.kind)
            {
            case Kind::value:
            case Kind::key:
                return cut_of_entry(graph, paths, path, node, reference, references);
            case Kind::element:
                return cut_of_element(path, holder, reference, references);
            case Kind::member:
                return PyAnySet_Check(holder) && !PyFrozenSet_Check(holder) ? cleared(path) : "";
            case Kind::attribute:
                return suffix_of(reference).empty() || is_private(suffix_of(reference).substr(1)) ? "" : expression + suffix_of(reference) + " = None";
            case Kind::slot:
                return is_private(reference.word) ? "" : attribute_is_none(expression, reference.word);
            case Kind::part:
                return PyType_Check(holder) || PyModule_Check(holder) ? "" : cut_of_part(expression, holder, reference);
            case Kind::local:
                return can_be_closed(holder) ? expression + ".close()" : "";
            case Kind::cached:
                return expression + ".cache_clear()";
            case Kind::unnamed:
                return is_named(holder, "memoryview") ? expression + ".release()"
                       : can_be_closed(holder)        ? expression + ".close()"
                                                      : "";
            }
            return "";
        }
    }

    namespace
    {
        constexpr std::size_t most_statements = 8;

        std::vector<Reference> references_to(const HeapGraph& graph, Number holder, const std::vector<Number>& held)
        {
            std::vector<Reference> references;
            if (graph.is_key_table(holder))
            {
                return references;
            }
            visit_named_references(graph.object(holder),
                                   [&](const Reference& reference)
                                   {
                                       const Number target = graph.find(reference.target);
                                       if (std::binary_search(held.begin(), held.end(), target))
                                       {
                                           references.push_back(reference);
                                       }
                                       return references.size() <= most_statements;
                                   });
            return references;
        }
    }

    std::optional<Cut> cut_of(const HeapGraph& graph, const HolderPaths& paths, const HolderPath& path, Number holder,
                              const std::vector<Number>& held, std::uint32_t references)
    {
        if (path.expression.empty() && !paths.is_notebook(holder))
        {
            return std::nullopt;
        }
        std::vector<std::string> statements;
        for (const Reference& reference : references_to(graph, holder, held))
        {
            const std::string statement = cut_of_reference(graph, paths, path, holder, graph.object(holder), reference, references);
            if (statement.empty() || statements.size() == most_statements)
            {
                return std::nullopt; // one that stays is enough
            }
            if (std::find(statements.begin(), statements.end(), statement) == statements.end())
            {
                statements.push_back(statement);
            }
        }
        Cut cut{"", path.import};
        for (const std::string& statement : statements)
        {
            cut.statement += (cut.statement.empty() ? "" : "; ") + statement;
        }
        return statements.empty() ? std::nullopt : std::optional(cut);
    }

    std::string statement_of(const Cut& cut) { return (cut.import.empty() ? "" : "import " + cut.import + "; ") + cut.statement; }
}
