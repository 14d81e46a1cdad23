// How a dict and the attributes of an instance lie in memory (Objects/dictobject.c, Include/internal/pycore_dict.h, 3.11). Reads only,
// with the GIL.
#pragma once

#include <cstddef>
#include <cstdint>

#include <Python.h>

namespace xmemory::cpython
{
    // The table of a dict's keys, one block; dicts of the same class's instances share one, which the class holds too.
    struct DictKeys
    {
        Py_ssize_t references;
        std::uint8_t log2_size;
        std::uint8_t log2_index_bytes;
        std::uint8_t kind; // 0 has hashes, 1 and 2 (shared) have not, since the keys are all strings
        std::uint32_t version;
        Py_ssize_t usable;
        Py_ssize_t entries;
        char indices[1];

        // Calls visit(PyObject*) for each key that is there.
        template <typename Visit>
        void for_each_key(Visit visit) const
        {
            const auto* entry =
                reinterpret_cast<PyObject* const*>(indices + (std::size_t{1} << log2_index_bytes)) + (kind == 0 ? 1 : 0);
            for (Py_ssize_t index = 0; index < entries; ++index, entry += kind == 0 ? 3 : 2)
            {
                if (*entry != nullptr)
                {
                    visit(*entry);
                }
            }
        }
    };

    inline DictKeys* keys_of(const PyDictObject* dict) { return reinterpret_cast<DictKeys*>(dict->ma_keys); }

    inline DictKeys* keys_of_class(const PyTypeObject* type)
    {
        return PyType_HasFeature(const_cast<PyTypeObject*>(type), Py_TPFLAGS_HEAPTYPE)
                   ? reinterpret_cast<DictKeys*>(reinterpret_cast<const PyHeapTypeObject*>(type)->ht_cached_keys)
                   : nullptr;
    }

    // The block in which values stand: they have their order of insertion before them, and its size in the byte before the first.
    inline void* block_of_values(void* values)
    {
        auto* bytes = static_cast<unsigned char*>(values);
        return bytes - bytes[-1];
    }

    // The values of an instance that has no dict (yet), nullptr where it has one or cannot.
    inline void* values_of_instance(PyObject* object)
    {
        return PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_MANAGED_DICT) ? reinterpret_cast<void**>(object)[-4] : nullptr;
    }
}
