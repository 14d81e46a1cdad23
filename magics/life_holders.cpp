#include "magics/life_holders.hpp"

#include <cstring>

#include "cpython/holders.hpp"

namespace xmemory::magics
{
    namespace
    {
        using cpython::Holder;
        using cpython::HeapGraph;

        constexpr std::size_t most_holders = 400;

        // A constant in the tree that a cell is compiled from (ast.Constant).
        bool is_node_of_source(PyObject* object)
        {
            const PyTypeObject* base = Py_TYPE(object)->tp_base;
            return base != nullptr && std::strcmp(Py_TYPE(object)->tp_name, "Constant") == 0 && std::strcmp(base->tp_name, "expr") == 0;
        }

        bool is_variable(const Holder& holder) { return holder.kind == Holder::Kind::variable && holder.steps.size() == 1; }

        std::string words_of(const Holder& holder)
        {
            switch (holder.kind)
            {
            case Holder::Kind::variable:
            case Holder::Kind::output:
            case Holder::Kind::module:
            case Holder::Kind::class_attribute:
                return holder.path;
            case Holder::Kind::cycle:
                return "itself: its " + holder.path;
            default:
                return holder.words;
            }
        }

        cpython::NotebookPlaces those_that_are_there(const HeapGraph& graph, cpython::NotebookPlaces places)
        {
            for (PyObject** place : {&places.names, &places.outputs, &places.hidden, &places.shell, &places.display_hook, &places.last_result})
            {
                *place = *place != nullptr && graph.find(*place) != 0 ? *place : nullptr;
            }
            return places;
        }

        LifeHolder life_holder(const HeapGraph& graph, const Holder& holder, PyObject* constants)
        {
            LifeHolder named;
            named.references = holder.references;
            named.words = words_of(holder);
            named.is_object = holder.kind != Holder::Kind::c_code || holder.steps.size() > 1;
            named.how = named.words;
            named.is_variable = is_variable(holder);
            named.lets_go = holder.lets_go;
            if (holder.steps.size() < 2)
            {
                return named;
            }
            if (holder.references > 1 && holder.kind != Holder::Kind::output)
            {
                named.words += " (" + std::to_string(holder.references) + " times)";
            }
            const cpython::Number node = holder.steps[holder.steps.size() - 2].node;
            if (!graph.is_key_table(node))
            {
                named.object = graph.object(node);
                named.how = holder.steps.back().name;
                const bool is_source = named.object == constants || is_node_of_source(named.object);
                named.words = is_source ? "the cell’s source while it runs" : named.words;
            }
            return named;
        }
    }

    std::vector<std::vector<LifeHolder>> name_holders(const std::vector<PyObject*>& objects, const cpython::NotebookPlaces& places,
                                                      PyObject* constants)
    {
        std::vector<std::vector<LifeHolder>> all(objects.size());
        HeapGraph graph;
        if (objects.empty() || !graph.read_all([] { return true; }))
        {
            return all;
        }
        const cpython::NotebookPlaces there = those_that_are_there(graph, places);
        for (std::size_t index = 0; index < objects.size(); ++index)
        {
            for (const Holder& holder : cpython::find_holders(graph, there, objects[index], 0, most_holders).each)
            {
                all[index].push_back(life_holder(graph, holder, constants));
            }
        }
        return all;
    }
}
