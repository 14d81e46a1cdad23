#include "cpython/referents.hpp"

#include <initializer_list>

namespace xmemory::cpython
{
    namespace
    {
        void visit_each(std::initializer_list<PyObject*> held, visitproc visit, void* context)
        {
            for (PyObject* object : held)
            {
                if (object != nullptr)
                {
                    visit(object, context);
                }
            }
        }

        // Objects/typeobject.c, type_dealloc and type_traverse, which tells nothing of a static type.
        void visit_class(PyTypeObject* type, visitproc visit, void* context)
        {
            if (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE))
            {
                auto* heap_type = reinterpret_cast<PyHeapTypeObject*>(type);
                visit_each({heap_type->ht_name, heap_type->ht_qualname, heap_type->ht_slots, type->tp_subclasses}, visit,
                           context);
            }
            else
            {
                visit_each({type->tp_dict, type->tp_bases, type->tp_mro, type->tp_cache, type->tp_subclasses}, visit, context);
            }
        }

        // Objects/codeobject.c, code_dealloc
        void visit_code(PyCodeObject* code, visitproc visit, void* context)
        {
            visit_each({code->co_consts, code->co_names, code->co_exceptiontable, code->co_localsplusnames,
                        code->co_localspluskinds, code->co_filename, code->co_name, code->co_qualname, code->co_linetable,
                        static_cast<PyObject*>(code->_co_code)},
                       visit, context);
        }

        void visit_range(PyObject* object, visitproc visit, void* context)
        {
            auto* range = reinterpret_cast<Range*>(object);
            visit_each({range->parts[0], range->parts[1], range->parts[2], range->parts[3]}, visit, context);
        }

        // Objects/descrobject.c, descr_dealloc and descr_traverse
        void visit_descriptor(PyObject* object, visitproc visit, void* context)
        {
            auto* descriptor = reinterpret_cast<PyDescrObject*>(object);
            visit_each({descriptor->d_name, descriptor->d_qualname}, visit, context);
        }

        // Objects/odictobject.c, _odict_add_new_node: each entry holds its key once more.
        void visit_ordered_dict(PyObject* object, visitproc visit, void* context)
        {
            for (auto* node = reinterpret_cast<OrderedDict*>(object)->first; node != nullptr; node = node->next)
            {
                visit(node->key, context);
            }
        }

        // An element that was never set is a null pointer.
        void visit_numpy_array(PyObject* object, visitproc visit, void* context)
        {
            auto* array = reinterpret_cast<NumpyArray*>(object);
            visit_each({array->base, array->element_type}, visit, context);
            if (array->owns_data() && array->has_objects())
            {
                auto* elements = reinterpret_cast<PyObject**>(array->data);
                for (std::size_t index = 0; index < array->size(); ++index)
                {
                    visit_each({elements[index]}, visit, context);
                }
            }
        }
    }

    void visit_referents(PyObject* object, Layout layout, visitproc visit, void* context)
    {
        PyTypeObject* type = Py_TYPE(object);
        if (type->tp_traverse != nullptr && PyObject_IS_GC(object))
        {
            type->tp_traverse(object, visit, context);
        }
        switch (layout)
        {
        case Layout::type:
            return visit_class(reinterpret_cast<PyTypeObject*>(object), visit, context);
        case Layout::code:
            return visit_code(reinterpret_cast<PyCodeObject*>(object), visit, context);
        case Layout::range:
            return visit_range(object, visit, context);
        case Layout::descriptor:
            return visit_descriptor(object, visit, context);
        case Layout::ordered_dict:
            return visit_ordered_dict(object, visit, context);
        case Layout::numpy_array:
            return visit_numpy_array(object, visit, context);
        default:
            return;
        }
    }
}
