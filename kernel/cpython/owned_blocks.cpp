#include "cpython/owned_blocks.hpp"

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

        void visit_numpy_array(PyObject* object, const Visitor& visit)
        {
            const auto* array = reinterpret_cast<NumpyArray*>(object);
            visit(array->lengths); // the strides stand in the same block
            visit(array->owns_data() ? array->data : nullptr);
        }

        // Data of up to 16 bytes stand in the object (Modules/_ctypes/_ctypes.c, PyCData_MallocBuffer).
        void visit_ctypes_data(PyObject* object, const Visitor& visit)
        {
            const auto* data = reinterpret_cast<const CtypesData*>(object);
            visit(data->must_free_data != 0 && data->data != data->value ? data->data : nullptr);
        }
    }

    void visit_owned_blocks(PyObject* object, Layout layout, void (*visit)(void*, void*), void* context)
    {
        const Visitor visitor(visit, context);
        if (void* values = values_of_instance(object))
        {
            visitor(block_of_values(values));
        }
        switch (layout)
        {
        case Layout::list:
            return visitor(reinterpret_cast<PyListObject*>(object)->ob_item);
        case Layout::dict:
            return visit_dict(reinterpret_cast<PyDictObject*>(object), visitor);
        case Layout::ordered_dict:
            visit_dict(reinterpret_cast<PyDictObject*>(object), visitor);
            return visit_ordered_dict(object, visitor);
        case Layout::string:
            return visit_string(object, visitor);
        case Layout::type:
            return visit_class(reinterpret_cast<PyTypeObject*>(object), visitor);
        case Layout::set:
            return visit_set(reinterpret_cast<PySetObject*>(object), visitor);
        case Layout::bytearray:
            return visitor(reinterpret_cast<PyByteArrayObject*>(object)->ob_bytes);
        case Layout::code:
            return visit_code(reinterpret_cast<PyCodeObject*>(object), visitor);
        case Layout::deque:
            return visit_deque(object, visitor);
        case Layout::array:
            return visitor(reinterpret_cast<Array*>(object)->items);
        case Layout::numpy_array:
            return visit_numpy_array(object, visitor);
        case Layout::ctypes_data:
            return visit_ctypes_data(object, visitor);
        case Layout::other:
        case Layout::tuple:
        case Layout::number_or_bytes:
        case Layout::range:
        case Layout::descriptor:
            return;
        }
    }
}
