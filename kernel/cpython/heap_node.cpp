#include "cpython/heap_node.hpp"

#include "cpython/referents.hpp"

namespace xmemory::cpython
{
    namespace
    {
        // Those keys that are strings: tp_traverse tells the others.
        void visit_keys(const DictKeys& keys, visitproc visit, void* context)
        {
            if (keys.kind != 0)
            {
                keys.for_each_key([&](PyObject* key) { visit(key, context); });
            }
        }

        void visit_table(DictKeys* keys, visitproc visit, void* context) { visit(HeapNode(keys).object(), context); }
    }

    void HeapNode::visit_held_by_table(visitproc visit, void* context) const { visit_keys(*key_table(), visit, context); }

    void HeapNode::visit_held_by_object(const TypeFacts& facts, visitproc visit, void* context) const
    {
        if (is_leaf(facts))
        {
            return;
        }
        visit_referents(object(), facts.layout, visit, context);
        if (facts.layout == Layout::dict || facts.layout == Layout::ordered_dict)
        {
            DictKeys* keys = keys_of(reinterpret_cast<PyDictObject*>(object()));
            keys->references == 1 ? visit_keys(*keys, visit, context) : visit_table(keys, visit, context);
        }
        else if (facts.layout == Layout::type)
        {
            if (DictKeys* keys = keys_of_class(reinterpret_cast<PyTypeObject*>(object())))
            {
                visit_table(keys, visit, context);
            }
        }
    }
}
