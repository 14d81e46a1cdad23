#include "cpython/holder_cuts.hpp"

#include <cstring>

#include "cpython/object_text.hpp"

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

        // A dict's entry. path: to the dict. For the attributes of a module, a class or an instance: as one writes those.
        std::string cut_of_entry(const HolderPaths& paths, const HolderPath& path, Number dict, const Reference& reference,
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
                return is_identifier(name) && reference.kind == Kind::value ? attribute_is_none(owner, name) : "";
            }
            const auto key = reference.name != nullptr ? literal_of(reference.name) : std::nullopt;
            return references == 1 && key ? "del " + expression + "[" + *key + "]" : expression + ".clear()";
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

        std::string cut_of_element(const std::string& expression, PyObject* holder, const Reference& reference, std::uint32_t references)
        {
            switch (layout_of(Py_TYPE(holder)))
            {
            case Layout::list:
            case Layout::deque:
                return references == 1 ? "del " + expression + suffix_of(reference) : expression + ".clear()";
            case Layout::numpy_array:
                return references == 1 ? expression + suffix_of(reference) + " = None" : expression + ".fill(None)";
            default:
                return ""; // a tuple
            }
        }

        std::string cut_of_reference(const HolderPaths& paths, const HolderPath& path, Number node, PyObject* holder,
                                     const Reference& reference, std::uint32_t references)
        {
            const std::string& expression = path.expression;
            switch (reference.kind)
            {
            case Kind::value:
            case Kind::key:
                return cut_of_entry(paths, path, node, reference, references);
            case Kind::element:
                return cut_of_element(expression, holder, reference, references);
            case Kind::member:
                return PyAnySet_Check(holder) && !PyFrozenSet_Check(holder) ? expression + ".clear()" : "";
            case Kind::attribute:
                return suffix_of(reference).empty() ? "" : expression + suffix_of(reference) + " = None";
            case Kind::slot:
                return attribute_is_none(expression, reference.word);
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

    std::optional<Cut> cut_of(const HeapGraph& graph, const HolderPaths& paths, const HolderPath& path, Number holder, Number object,
                              std::uint32_t references)
    {
        const auto reference = paths.reference(holder, object);
        if (!reference || (path.expression.empty() && !paths.is_notebook(holder)))
        {
            return std::nullopt;
        }
        const std::string statement = cut_of_reference(paths, path, holder, graph.object(holder), *reference, references);
        return statement.empty() ? std::nullopt : std::optional(Cut{statement, path.import});
    }

    std::string statement_of(const Cut& cut) { return (cut.import.empty() ? "" : "import " + cut.import + "; ") + cut.statement; }
}
