#include "magics/life_facts.hpp"

#include "cpython/tracked.hpp"

namespace xmemory::magics
{
    namespace
    {
        bool is_in_generation(int generation, PyObject* object)
        {
            bool found = false;
            cpython::for_each_tracked(generation, [&](PyObject* one) { found = found || one == object; });
            return found;
        }

        // Past the oldest list, which is the longest: what is tracked and in no other is in that one.
        int generation_of(PyObject* object)
        {
            for (const int generation : {0, 1, static_cast<int>(xmemory_gc_permanent)})
            {
                if (is_in_generation(generation, object))
                {
                    return generation;
                }
            }
            return xmemory_gc_generations - 1;
        }
    }

    bool is_tracked(PyObject* object)
    {
        return PyObject_IS_GC(object) != 0 && (reinterpret_cast<const cpython::CollectorHead*>(object) - 1)->next != 0;
    }

    Tracking tracking_of(PyObject* object)
    {
        Tracking tracking;
        tracking.can_be = PyType_IS_GC(Py_TYPE(object));
        tracking.is = is_tracked(object);
        tracking.generation = tracking.is ? std::optional<int>(generation_of(object)) : std::nullopt;
        return tracking;
    }

    // A __del__ of a Python class: classes written in C have their tp_finalize from C (Objects/typeobject.c, slot_tp_finalize).
    bool has_python_finalizer(PyTypeObject* type)
    {
        const PyTypeObject* base = type;
        while (base != nullptr && PyType_HasFeature(const_cast<PyTypeObject*>(base), Py_TPFLAGS_HEAPTYPE))
        {
            base = base->tp_base;
        }
        return base != type && type->tp_finalize != nullptr && (base == nullptr || type->tp_finalize != base->tp_finalize);
    }

    bool was_finalized(PyObject* object)
    {
        return PyType_IS_GC(Py_TYPE(object)) && PyObject_GC_IsFinalized(object) != 0;
    }

    void count_weak_references(PyObject* object, LifeStory& story)
    {
        story.weak_references = 0;
        story.weak_callbacks = 0;
        if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(object)))
        {
            return;
        }
        auto* one = *reinterpret_cast<PyWeakReference**>(PyObject_GET_WEAKREFS_LISTPTR(object));
        for (; one != nullptr; one = one->wr_next)
        {
            ++story.weak_references;
            story.weak_callbacks += one->wr_callback != nullptr;
        }
    }
}
