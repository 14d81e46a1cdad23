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

        // Objects/typeobject.c, type_dealloc and type_traverse
        void visit_class(PyTypeObject* type, visitproc visit, void* context)
        {
            if (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE))
            {
                auto* heap_type = reinterpret_cast<PyHeapTypeObject*>(type);
                visit_each({heap_type->ht_name, heap_type->ht_qualname, heap_type->ht_slots, type->tp_subclasses}, visit,
                           context);
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

        // Objects/rangeobject.c
        struct Range
        {
            PyObject_HEAD PyObject* parts[4]; // start, stop, step, length
        };

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

        bool is_descriptor(PyTypeObject* type)
        {
            return type == &PyMemberDescr_Type || type == &PyGetSetDescr_Type || type == &PyMethodDescr_Type ||
                   type == &PyClassMethodDescr_Type || type == &PyWrapperDescr_Type;
        }
    }

    void visit_referents(PyObject* object, visitproc visit, void* context)
    {
        PyTypeObject* type = Py_TYPE(object);
        if (type->tp_traverse != nullptr && PyObject_IS_GC(object))
        {
            type->tp_traverse(object, visit, context);
        }
        if (PyType_Check(object))
        {
            visit_class(reinterpret_cast<PyTypeObject*>(object), visit, context);
        }
        else if (PyCode_Check(object))
        {
            visit_code(reinterpret_cast<PyCodeObject*>(object), visit, context);
        }
        else if (PyRange_Check(object))
        {
            visit_range(object, visit, context);
        }
        else if (is_descriptor(type))
        {
            visit_descriptor(object, visit, context);
        }
    }
}
