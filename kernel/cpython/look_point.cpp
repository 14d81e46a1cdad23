#include "cpython/look_point.hpp"

#include "core/scope.hpp"

namespace xmemory::cpython::look_point
{
    namespace
    {
        struct LookPoint
        {
            PyObject_HEAD int number;
        };

        void (*current)(int number) = nullptr;

        PyObject* look(PyObject* self)
        {
            if (current != nullptr)
            {
                const core::TutorScope scope;
                current(reinterpret_cast<LookPoint*>(self)->number);
            }
            return Py_NewRef(Py_False);
        }

        PyTypeObject* type()
        {
            static PyTypeObject* made = nullptr;
            if (made == nullptr)
            {
                static PyType_Slot slots[] = {{Py_nb_negative, reinterpret_cast<void*>(look)}, {0, nullptr}};
                static PyType_Spec spec = {"xmemory.LookPoint", sizeof(LookPoint), 0,
                                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
                made = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
            }
            return made;
        }
    }

    PyObject* make(int number)
    {
        PyObject* self = type() != nullptr ? type()->tp_alloc(type(), 0) : nullptr;
        if (self != nullptr)
        {
            reinterpret_cast<LookPoint*>(self)->number = number;
        }
        return self;
    }

    void listen(void (*listener)(int number)) { current = listener; }
}
