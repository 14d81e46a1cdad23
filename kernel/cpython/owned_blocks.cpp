#include "cpython/owned_blocks.hpp"

#include <cstring>

#include "cpython/dict_layout.hpp"

namespace xmemory::cpython
{
    namespace
    {
        class Visitor
        {
        public:
            Visitor(void (*visit)(void*, void*), void* context) : visit_(visit), context_(context) {}

            void operator()(void* block) const
            {
                if (block != nullptr)
                {
                    visit_(block, context_);
                }
            }

        private:
            void (*visit_)(void*, void*);
            void* context_;
        };

        // Of a type written in C: a class of the learner's may have any name.
        bool is_or_derives_from(PyTypeObject* type, const char* name)
        {
            while (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) && !PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE))
            {
                type = type->tp_base;
            }
            return std::strcmp(type->tp_name, name) == 0;
        }

        void visit_dict(const PyDictObject* dict, const Visitor& visit)
        {
            DictKeys* keys = keys_of(dict);
            if (keys->references == 1)
            {
                visit(keys);
            }
            if (dict->ma_values != nullptr)
            {
                visit(block_of_values(dict->ma_values));
            }
        }

        void visit_set(PySetObject* set, const Visitor& visit)
        {
            if (set->table != set->smalltable)
            {
                visit(set->table);
            }
        }

        // Strings made by the old API or by a subclass have their characters apart; others may have a copy as UTF-8 or wchar_t.
        void visit_string(PyObject* object, const Visitor& visit)
        {
            auto* ascii = reinterpret_cast<PyASCIIObject*>(object);
            auto* compact = reinterpret_cast<PyCompactUnicodeObject*>(object);
            void* characters = ascii->state.compact ? nullptr : reinterpret_cast<PyUnicodeObject*>(object)->data.any;
            visit(characters);
            if (static_cast<void*>(ascii->wstr) != characters &&
                !(ascii->state.compact && ascii->wstr == PyUnicode_DATA(object)))
            {
                visit(ascii->wstr);
            }
            if (!(ascii->state.compact && ascii->state.ascii) && compact->utf8 != characters)
            {
                visit(compact->utf8);
            }
        }

        void visit_class(PyTypeObject* type, const Visitor& visit)
        {
            auto* heap_type = reinterpret_cast<PyHeapTypeObject*>(type);
            visit(heap_type->_ht_tpname);
            visit(const_cast<char*>(type->tp_doc));
        }

        void visit_code(PyCodeObject* code, const Visitor& visit)
        {
            visit(code->_co_linearray);
            visit(code->co_extra);
        }

        // Modules/_collectionsmodule.c
        struct Deque
        {
            struct Block
            {
                Block* left;
                PyObject* items[64];
                Block* right;
            };
            PyObject_VAR_HEAD Block* leftmost;
            Block* rightmost;
            Py_ssize_t positions[2];
            std::size_t state;
            Py_ssize_t longest;
            Py_ssize_t spare_count;
            Block* spare[16];
        };

        void visit_deque(PyObject* object, const Visitor& visit)
        {
            const auto* deque = reinterpret_cast<Deque*>(object);
            for (Deque::Block* block = deque->leftmost; block != nullptr;)
            {
                Deque::Block* next = block == deque->rightmost ? nullptr : block->right;
                visit(block);
                block = next;
            }
            for (Py_ssize_t index = 0; index < deque->spare_count; ++index)
            {
                visit(deque->spare[index]);
            }
        }

        // Objects/odictobject.c
        struct OrderedDict
        {
            struct Node
            {
                PyObject* key;
                Py_hash_t hash;
                Node* next;
                Node* previous;
            };
            PyDictObject dict;
            Node* first;
            Node* last;
            Node** by_place;
        };

        void visit_ordered_dict(PyObject* object, const Visitor& visit)
        {
            const auto* dict = reinterpret_cast<OrderedDict*>(object);
            visit(dict->by_place);
            for (OrderedDict::Node* node = dict->first; node != nullptr;)
            {
                OrderedDict::Node* next = node->next;
                visit(node);
                node = next;
            }
        }

        // Modules/arraymodule.c
        struct Array
        {
            PyObject_VAR_HEAD char* items;
        };

        // numpy/core/include/numpy/ndarraytypes.h
        struct NumpyArray
        {
            PyObject_HEAD char* data;
            int dimensions;
            Py_ssize_t* lengths;
            Py_ssize_t* strides;
            PyObject* base;
            PyObject* element_type;
            int flags;
        };
        constexpr int numpy_owns_data = 4;

        void visit_numpy_array(PyObject* object, const Visitor& visit)
        {
            const auto* array = reinterpret_cast<NumpyArray*>(object);
            visit(array->lengths); // the strides stand in the same block
            visit((array->flags & numpy_owns_data) != 0 ? array->data : nullptr);
        }

        // Types of CPython's own that have no bit in tp_flags.
        void visit_other(PyObject* object, const Visitor& visit)
        {
            PyTypeObject* type = Py_TYPE(object);
            if (PyAnySet_Check(object))
            {
                visit_set(reinterpret_cast<PySetObject*>(object), visit);
            }
            else if (PyByteArray_Check(object))
            {
                visit(reinterpret_cast<PyByteArrayObject*>(object)->ob_bytes);
            }
            else if (PyCode_Check(object))
            {
                visit_code(reinterpret_cast<PyCodeObject*>(object), visit);
            }
            else if (is_or_derives_from(type, "collections.deque"))
            {
                visit_deque(object, visit);
            }
            else if (is_or_derives_from(type, "array.array"))
            {
                visit(reinterpret_cast<Array*>(object)->items);
            }
            else if (is_or_derives_from(type, "numpy.ndarray"))
            {
                visit_numpy_array(object, visit);
            }
        }
    }

    void visit_owned_blocks(PyObject* object, void (*visit)(void*, void*), void* context)
    {
        const Visitor visitor(visit, context);
        if (void* values = values_of_instance(object))
        {
            visitor(block_of_values(values));
        }
        if (PyList_Check(object))
        {
            visitor(reinterpret_cast<PyListObject*>(object)->ob_item);
        }
        else if (PyDict_Check(object))
        {
            visit_dict(reinterpret_cast<PyDictObject*>(object), visitor);
            if (PyODict_Check(object))
            {
                visit_ordered_dict(object, visitor);
            }
        }
        else if (PyUnicode_Check(object))
        {
            visit_string(object, visitor);
        }
        else if (PyType_Check(object))
        {
            visit_class(reinterpret_cast<PyTypeObject*>(object), visitor);
        }
        else if (!PyTuple_Check(object) && !PyLong_Check(object) && !PyBytes_Check(object))
        {
            visit_other(object, visitor);
        }
    }
}
