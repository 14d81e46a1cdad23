#include "cpython/references.hpp"

#include <cstring>
#include <vector>

#include <structmember.h>

#include "cpython/dict_layout.hpp"
#include "cpython/referents.hpp"
#include "cpython/thread_frames.h"

namespace xmemory::cpython
{
    namespace
    {
        using Kind = Reference::Kind;

        // Hands references on until visit has had enough.
        class Teller
        {
        public:
            // remembers: what it has told, for rest.
            Teller(const VisitReference& visit, bool remembers) : visit_(visit), remembers_(remembers) {}

            bool goes_on() const { return goes_on_; }

            void tell(const Reference& reference)
            {
                if (goes_on_ && reference.target != nullptr)
                {
                    if (remembers_)
                    {
                        named_.push_back(reference.target);
                    }
                    goes_on_ = visit_(reference);
                }
            }

            void part(const char* word, PyObject* target) { tell({Kind::part, target, nullptr, word, -1}); }
            void element(Py_ssize_t index, PyObject* target) { tell({Kind::element, target, nullptr, "", index}); }

            // What has no name: each reference that was not told by name, as often as it is there.
            void rest(PyObject* holder, Kind kind)
            {
                kind_of_rest_ = kind;
                if (goes_on_)
                {
                    visit_referents(holder, tell_unnamed, this);
                }
            }

        private:
            static int tell_unnamed(PyObject* target, void* teller)
            {
                auto* self = static_cast<Teller*>(teller);
                for (PyObject*& named : self->named_)
                {
                    if (named == target)
                    {
                        named = nullptr;
                        return 0;
                    }
                }
                self->goes_on_ = self->goes_on_ && self->visit_({self->kind_of_rest_, target, nullptr, "", -1});
                return 0;
            }

            const VisitReference& visit_;
            bool goes_on_ = true;
            Kind kind_of_rest_ = Kind::unnamed;
            bool remembers_;
            std::vector<PyObject*> named_;
        };

        void tell_inline_values(PyObject* object, Teller& teller)
        {
            auto** values = static_cast<PyObject**>(values_of_instance(object));
            const DictKeys* keys = values != nullptr ? keys_of_class(Py_TYPE(object)) : nullptr;
            Py_ssize_t index = 0;
            if (keys != nullptr)
            {
                keys->for_each_key([&](PyObject* key) { teller.tell({Kind::attribute, values[index++], key, "", -1}); });
            }
        }

        // Objects/typeobject.c, type_new_slots: the members of a class with __slots__ stand behind it.
        void tell_slots(PyObject* object, Teller& teller)
        {
            for (PyTypeObject* type = Py_TYPE(object); type != nullptr; type = type->tp_base)
            {
                if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) || type->tp_members == nullptr ||
                    reinterpret_cast<PyHeapTypeObject*>(type)->ht_slots == nullptr)
                {
                    continue;
                }
                for (const PyMemberDef* member = type->tp_members; member->name != nullptr; ++member)
                {
                    if (member->type == T_OBJECT_EX)
                    {
                        teller.tell({Kind::slot, *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(object) + member->offset),
                                     nullptr, member->name, -1});
                    }
                }
            }
        }

        void tell_dict(PyObject* dict, Teller& teller)
        {
            PyObject *key = nullptr, *value = nullptr;
            for (Py_ssize_t at = 0; teller.goes_on() && PyDict_Next(dict, &at, &key, &value);)
            {
                teller.tell({Kind::value, value, key, "", -1});
                teller.tell({Kind::key, key, key, "", -1});
            }
        }

        void tell_deque(PyObject* object, Teller& teller)
        {
            const auto* deque = reinterpret_cast<const Deque*>(object);
            const Deque::Block* block = deque->leftmost;
            Py_ssize_t place = deque->positions[0];
            for (Py_ssize_t index = 0; teller.goes_on() && index < Py_SIZE(object); ++index, ++place)
            {
                if (place == 64)
                {
                    place = 0;
                    block = block->right;
                }
                teller.element(index, block->items[place]);
            }
        }

        void tell_numpy_array(PyObject* object, Teller& teller)
        {
            const auto* array = reinterpret_cast<const NumpyArray*>(object);
            teller.part("base", array->base);
            teller.part("dtype", array->element_type);
            if (array->owns_data() && array->has_objects())
            {
                auto* elements = reinterpret_cast<PyObject* const*>(array->data);
                for (std::size_t index = 0; teller.goes_on() && index < array->size(); ++index)
                {
                    teller.tell({Kind::element, elements[index], nullptr, array->dimensions == 1 ? "" : ".flat",
                                 static_cast<Py_ssize_t>(index)});
                }
            }
        }

        void tell_set(PyObject* object, Teller& teller)
        {
            const auto* set = reinterpret_cast<const PySetObject*>(object);
            for (Py_ssize_t index = 0; teller.goes_on() && index <= set->mask; ++index)
            {
                if (set->table[index].key != nullptr && set->table[index].hash != -1) // -1: the mark of what was taken out
                {
                    teller.tell({Kind::member, set->table[index].key, nullptr, "", -1});
                }
            }
        }

        void tell_function(PyObject* object, Teller& teller)
        {
            const auto* function = reinterpret_cast<const PyFunctionObject*>(object);
            teller.part("__closure__", function->func_closure);
            teller.part("__defaults__", function->func_defaults);
            teller.part("__kwdefaults__", function->func_kwdefaults);
            teller.part("__globals__", function->func_globals);
            teller.part("__code__", function->func_code);
            teller.part("__annotations__", function->func_annotations);
        }

        void tell_exception(PyObject* object, Teller& teller)
        {
            const auto* exception = reinterpret_cast<const PyBaseExceptionObject*>(object);
            teller.part("__traceback__", exception->traceback);
            teller.part("__context__", exception->context);
            teller.part("__cause__", exception->cause);
            teller.part("args", exception->args);
        }

        void tell_frame(PyObject* object, const char* word, Teller& teller)
        {
            struct Context
            {
                Teller& teller;
                const char* word;
            } context{teller, word};
            xmemory_visit_locals(
                object,
                [](const xmemory_frame_reference* local, void* with)
                {
                    auto* context = static_cast<Context*>(with);
                    if (local->name != nullptr)
                    {
                        context->teller.tell({Kind::local, local->object, local->name, context->word, -1});
                    }
                    return 0;
                },
                &context);
        }

        void tell_traceback(PyObject* object, Teller& teller)
        {
            const auto* traceback = reinterpret_cast<const PyTracebackObject*>(object);
            teller.part("tb_frame", reinterpret_cast<PyObject*>(traceback->tb_frame));
            teller.part("tb_next", reinterpret_cast<PyObject*>(traceback->tb_next));
        }

        // Modules/_functoolsmodule.c, partialobject
        struct Partial
        {
            PyObject_HEAD PyObject* function;
            PyObject* args;
            PyObject* keywords;
        };

        // The same file, lru_cache_object.
        struct LruCache
        {
            PyObject_HEAD void* links[2];
            Py_hash_t hash;
            PyObject* key_and_result[2];
            void* call;
            int typed;
            PyObject* cache;
            Py_ssize_t hits;
            PyObject* function;
        };

        bool is_named(PyObject* object, const char* name)
        {
            return PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_IMMUTABLETYPE) &&
                   std::strcmp(Py_TYPE(object)->tp_name, name) == 0;
        }

        bool is_lru_cache(PyObject* object)
        {
            return Py_TYPE(object)->tp_basicsize >= static_cast<Py_ssize_t>(sizeof(LruCache)) &&
                   is_named(object, "functools._lru_cache_wrapper");
        }

        void tell_class(PyTypeObject* type, Teller& teller)
        {
            teller.part("__dict__", type->tp_dict);
            teller.part("__bases__", type->tp_bases);
            teller.part("__mro__", type->tp_mro);
            teller.part("__base__", reinterpret_cast<PyObject*>(type->tp_base));
        }

        void tell_by_type(PyObject* object, Teller& teller)
        {
            if (PyFunction_Check(object))
            {
                tell_function(object, teller);
            }
            else if (PyCell_Check(object))
            {
                teller.part("cell_contents", PyCell_GET(object));
            }
            else if (PyMethod_Check(object))
            {
                teller.part("__self__", PyMethod_GET_SELF(object));
                teller.part("__func__", PyMethod_GET_FUNCTION(object));
            }
            else if (PyCFunction_Check(object))
            {
                teller.part("__self__", reinterpret_cast<PyCFunctionObject*>(object)->m_self);
            }
            else if (PyModule_Check(object))
            {
                teller.part("__dict__", PyModule_GetDict(object));
            }
            else if (PyFrame_Check(object))
            {
                tell_frame(object, ".f_locals", teller);
            }
            else if (PyGen_CheckExact(object) || PyCoro_CheckExact(object) || PyAsyncGen_CheckExact(object))
            {
                tell_frame(object,
                           PyGen_CheckExact(object)    ? ".gi_frame.f_locals"
                           : PyCoro_CheckExact(object) ? ".cr_frame.f_locals"
                                                       : ".ag_frame.f_locals",
                           teller);
            }
            else if (PyTraceBack_Check(object))
            {
                tell_traceback(object, teller);
            }
            else if (PyExceptionInstance_Check(object))
            {
                tell_exception(object, teller);
            }
            else if (is_named(object, "functools.partial"))
            {
                const auto* partial = reinterpret_cast<const Partial*>(object);
                teller.part("func", partial->function);
                teller.part("args", partial->args);
                teller.part("keywords", partial->keywords);
            }
            else if (is_lru_cache(object))
            {
                teller.part("__wrapped__", reinterpret_cast<const LruCache*>(object)->function);
            }
        }
    }

    namespace
    {
        bool is_container(Layout layout)
        {
            return layout == Layout::list || layout == Layout::tuple || layout == Layout::dict ||
                   layout == Layout::ordered_dict || layout == Layout::set || layout == Layout::deque ||
                   layout == Layout::numpy_array;
        }
    }

    PyObject* dict_of(PyObject* object)
    {
        PyTypeObject* type = Py_TYPE(object);
        if (PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT))
        {
            return reinterpret_cast<PyObject**>(object)[-3]; // Include/internal/pycore_object.h, _PyObject_ManagedDictPointer
        }
        Py_ssize_t offset = type->tp_dictoffset;
        if (offset < 0) // from the end of an object whose size varies (Objects/object.c, _PyObject_DictPointer)
        {
            const Py_ssize_t items = Py_SIZE(object) < 0 ? -Py_SIZE(object) : Py_SIZE(object);
            const std::size_t bytes = static_cast<std::size_t>(type->tp_basicsize + items * type->tp_itemsize + 7) & ~std::size_t{7};
            offset += static_cast<Py_ssize_t>(bytes);
        }
        return offset > 0 ? *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(object) + offset) : nullptr;
    }

    void visit_named_references(PyObject* holder, const VisitReference& visit)
    {
        const Layout layout = layout_of(Py_TYPE(holder));
        const bool tells_all_by_name = is_container(layout);
        Teller teller(visit, !tells_all_by_name);
        switch (layout)
        {
        case Layout::list:
        case Layout::tuple:
        {
            PyObject** items = layout == Layout::list ? reinterpret_cast<PyListObject*>(holder)->ob_item
                                                      : reinterpret_cast<PyTupleObject*>(holder)->ob_item;
            for (Py_ssize_t index = 0; teller.goes_on() && index < Py_SIZE(holder); ++index)
            {
                teller.element(index, items[index]);
            }
            break;
        }
        case Layout::dict:
        case Layout::ordered_dict:
            tell_dict(holder, teller);
            break;
        case Layout::set:
            tell_set(holder, teller);
            break;
        case Layout::deque:
            tell_deque(holder, teller);
            break;
        case Layout::numpy_array:
            tell_numpy_array(holder, teller);
            break;
        case Layout::type:
            tell_class(reinterpret_cast<PyTypeObject*>(holder), teller);
            break;
        case Layout::ctypes_data:
            teller.part("_objects", reinterpret_cast<CtypesData*>(holder)->kept);
            break;
        default:
            tell_by_type(holder, teller);
        }
        if (layout != Layout::type)
        {
            tell_inline_values(holder, teller);
            teller.part("__dict__", dict_of(holder));
            tell_slots(holder, teller);
        }
        if (!tells_all_by_name)
        {
            teller.rest(holder, is_lru_cache(holder) ? Kind::cached : Kind::unnamed);
        }
    }

    std::optional<Reference> find_reference(PyObject* holder, PyObject* target)
    {
        std::optional<Reference> found;
        visit_named_references(holder,
                               [&](const Reference& reference)
                               {
                                   if (reference.target == target)
                                   {
                                       found = reference;
                                   }
                                   return !found;
                               });
        return found;
    }
}
