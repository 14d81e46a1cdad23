#include "cpython/let_go.hpp"

#include <cstring>
#include <unordered_map>
#include <vector>

#include "cpython/dict_layout.hpp"
#include "cpython/dying.hpp"
#include "cpython/referents.hpp"

namespace xmemory::cpython
{
    namespace
    {
        // numpy/core/include/numpy/ndarraytypes.h
        struct ElementType
        {
            PyObject_HEAD PyTypeObject* type;
            char kind, letter, byte_order, flags;
            int number;
        };
        constexpr int number_of_objects = 17;

        struct NumpyArray
        {
            PyObject_HEAD char* data;
            int dimensions;
            Py_ssize_t* lengths;
            Py_ssize_t* strides;
            PyObject* base;
            ElementType* element_type;
            int flags;
        };
        constexpr int owns_data = 4;

        bool is_numpy_array(PyTypeObject* type)
        {
            while (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) && !PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE))
            {
                type = type->tp_base;
            }
            return std::strcmp(type->tp_name, "numpy.ndarray") == 0;
        }

        class Walk
        {
        public:
            LetGo from(PyObject* object, Py_ssize_t references)
            {
                if (Py_REFCNT(object) > references)
                {
                    return {};
                }
                goes(object);
                while (!open_.empty())
                {
                    PyObject* next = open_.back();
                    open_.pop_back();
                    let_go_of_what_it_holds(next);
                }
                return found_;
            }

        private:
            static constexpr std::size_t most_shared = 1 << 15;
            static constexpr std::size_t most_open = 1 << 18;

            static int let_go(PyObject* target, void* walk)
            {
                static_cast<Walk*>(walk)->let_go(target);
                return 0;
            }

            void let_go(PyObject* object)
            {
                if (Py_REFCNT(object) == 1)
                {
                    goes(object);
                    return;
                }
                const auto found = gone_.find(object);
                if (found == gone_.end() && gone_.size() >= most_shared)
                {
                    found_.complete = false;
                    return;
                }
                Py_ssize_t& gone = found == gone_.end() ? gone_[object] : found->second;
                if (++gone == Py_REFCNT(object))
                {
                    gone_.erase(object); // no reference to it is left to come
                    goes(object);
                }
            }

            void goes(PyObject* object)
            {
                found_.bytes += bytes_of(object);
                const bool holds_nothing = PyLong_CheckExact(object) || PyFloat_CheckExact(object) ||
                                           PyUnicode_CheckExact(object) || PyBytes_CheckExact(object);
                if (holds_nothing)
                {
                    return;
                }
                if (open_.size() < most_open)
                {
                    open_.push_back(object);
                    return;
                }
                found_.complete = false;
            }

            void let_go_of_what_it_holds(PyObject* object)
            {
                visit_referents(object, let_go, this);
                if (PyDict_Check(object))
                {
                    const DictKeys* keys = keys_of(reinterpret_cast<PyDictObject*>(object));
                    if (keys->references == 1 && keys->kind != 0) // else tp_traverse has told them
                    {
                        keys->for_each_key([this](PyObject* key) { let_go(key); });
                    }
                }
                else if (is_numpy_array(Py_TYPE(object)))
                {
                    let_go_of_what_an_array_holds(reinterpret_cast<NumpyArray*>(object));
                }
            }

            void let_go_of_what_an_array_holds(NumpyArray* array)
            {
                if (array->base != nullptr)
                {
                    let_go(array->base);
                }
                if ((array->flags & owns_data) == 0 || array->element_type->number != number_of_objects)
                {
                    return;
                }
                Py_ssize_t count = 1;
                for (int dimension = 0; dimension < array->dimensions; ++dimension)
                {
                    count *= array->lengths[dimension];
                }
                auto* const* elements = reinterpret_cast<PyObject**>(array->data); // its own data has no gaps
                for (Py_ssize_t index = 0; index < count; ++index)
                {
                    if (elements[index] != nullptr)
                    {
                        let_go(elements[index]);
                    }
                }
            }

            LetGo found_;
            std::vector<PyObject*> open_;
            std::unordered_map<PyObject*, Py_ssize_t> gone_; // references let go of, of those with several
        };
    }

    LetGo bytes_let_go(PyObject* object, Py_ssize_t references) { return Walk().from(object, references); }
}
