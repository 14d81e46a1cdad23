#include "magics/size_reasons.hpp"

#include "cpython/block.hpp"
#include "cpython/dict_layout.hpp"
#include "cpython/references.hpp"
#include "cpython/tracked.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using cpython::Layout;
        using report::count;
        using report::human_bytes;

        // The method by which CPython's or an extension's type says its size, if no class in Python has put one before it. Looked
        // up in the classes' dicts, so that nothing of theirs runs.
        PyMethodDescrObject* sizeof_in_c(PyTypeObject* type)
        {
            PyObject* mro = type->tp_mro;
            for (Py_ssize_t index = 0; mro != nullptr && index < PyTuple_GET_SIZE(mro); ++index)
            {
                auto* base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(mro, index));
                PyObject* found = PyDict_GetItemString(base->tp_dict, "__sizeof__");
                if (found != nullptr)
                {
                    const bool is_c = Py_IS_TYPE(found, &PyMethodDescr_Type) && PyDescr_TYPE(found) == base &&
                                      !PyType_HasFeature(base, Py_TPFLAGS_HEAPTYPE);
                    return is_c ? reinterpret_cast<PyMethodDescrObject*>(found) : nullptr;
                }
            }
            return nullptr;
        }

        std::string array_reason(PyObject* object)
        {
            const auto* array = reinterpret_cast<const cpython::NumpyArray*>(object);
            if (array->owns_data() || array->base == nullptr || array->base == Py_None)
            {
                return "";
            }
            PyObject* owner = array->base;
            while (cpython::layout_of(Py_TYPE(owner)) == Layout::numpy_array)
            {
                const auto* next = reinterpret_cast<const cpython::NumpyArray*>(owner);
                if (next->base == nullptr)
                {
                    break;
                }
                owner = next->base;
            }
            std::int64_t bytes = 0;
            if (cpython::layout_of(Py_TYPE(owner)) == Layout::numpy_array)
            {
                const auto block = cpython::read_block(reinterpret_cast<cpython::NumpyArray*>(owner)->data);
                bytes = block ? static_cast<std::int64_t>(block->asked_bytes) : 0;
            }
            return "It is a view: its elements lie in " +
                   (bytes > 0 ? "an array of " + human_bytes(bytes) + ", all of which it keeps"
                              : "the memory of another object (" + std::string(Py_TYPE(owner)->tp_name) + "), which it keeps") +
                   ". A .copy() would keep its own alone.";
        }

        // Objects/dictobject.c: USABLE_FRACTION is two thirds.
        std::string dict_reason(PyObject* object)
        {
            const cpython::DictKeys* keys = cpython::keys_of(reinterpret_cast<PyDictObject*>(object));
            const std::int64_t room = (std::int64_t{1} << keys->log2_size) * 2 / 3;
            const std::int64_t used = PyDict_GET_SIZE(object);
            if (room < 100 || used * 3 >= room)
            {
                return "";
            }
            return "It has room for " + count(room) + " keys, and " + count(used) + (used == 1 ? " is" : " are") +
                   " there: a dict never shrinks when keys go. dict(x) makes one that fits.";
        }

        std::string set_reason(PyObject* object)
        {
            const auto* set = reinterpret_cast<const PySetObject*>(object);
            const std::int64_t room = set->mask + 1;
            return room < 256 || set->used * 8 >= room
                       ? ""
                       : "Its table has " + count(room) + " places, and " + count(set->used) +
                             " are taken: a set never shrinks when members go. set(x) makes one that fits.";
        }

        std::string list_reason(PyObject* object)
        {
            const std::int64_t room = reinterpret_cast<PyListObject*>(object)->allocated;
            const std::int64_t spare = room - Py_SIZE(object);
            return spare < 100 || spare * 5 < room ? ""
                                                   : "It has room for " + count(room) + " references, and " +
                                                         count(Py_SIZE(object)) + " are there. list(x) makes one that fits.";
        }

        std::string string_reason(PyObject* object)
        {
            const int width = PyUnicode_IS_READY(object) ? static_cast<int>(PyUnicode_KIND(object)) : 1;
            return width == 1 || PyUnicode_GET_LENGTH(object) < 100
                       ? ""
                       : "Each of its " + count(PyUnicode_GET_LENGTH(object)) + " characters takes " + std::to_string(width) +
                             " bytes, since at least one is " + (width == 4 ? "beyond U+FFFF (an emoji, say)" : "beyond U+00FF") +
                             ": the widest decides for all.";
        }

        std::string instance_reason(PyObject* object)
        {
            PyTypeObject* type = Py_TYPE(object);
            if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) || PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE))
            {
                return "";
            }
            if (void* values = cpython::values_of_instance(object))
            {
                const auto block = cpython::read_block(cpython::block_of_values(values));
                return "Its attributes stand in " + human_bytes(block ? static_cast<std::int64_t>(block->asked_bytes) : 0) +
                       " beside it, and their names with the class. Touching its __dict__ would add a dict.";
            }
            if (cpython::dict_of(object) != nullptr)
            {
                return "Its attributes stand in a dict of its own. With __slots__ in the class there would be none.";
            }
            return reinterpret_cast<PyHeapTypeObject*>(type)->ht_slots != nullptr ? "Its attributes stand in it: __slots__." : "";
        }
    }

    std::optional<std::int64_t> getsizeof_says(PyObject* object)
    {
        PyMethodDescrObject* method = sizeof_in_c(Py_TYPE(object));
        if (method == nullptr || method->d_method->ml_flags != METH_NOARGS)
        {
            return std::nullopt;
        }
        PyObject* result = method->d_method->ml_meth(object, nullptr);
        if (result == nullptr)
        {
            PyErr_Clear();
            return std::nullopt;
        }
        const auto bytes = static_cast<std::int64_t>(PyLong_AsSsize_t(result));
        Py_DECREF(result);
        // Python/sysmodule.c, _PySys_GetSizeOf: with what stands before it.
        return bytes + static_cast<std::int64_t>(PyObject_IS_GC(object) ? cpython::bytes_before(Py_TYPE(object)) : 0);
    }

    std::string why_getsizeof_differs(PyObject* object, const ObjectSize& size, const std::optional<std::int64_t>& says)
    {
        if (!says)
        {
            return "Its class has a __sizeof__ of its own, which was not run.";
        }
        const std::int64_t alone = cpython::sum_of(size.shallow);
        const std::int64_t deep = cpython::sum_of(size.deep);
        if (alone == 0)
        {
            return "It is a part of the program, and on no heap.";
        }
        std::string words = "sys.getsizeof says " + report::exact_bytes(*says);
        if (*says == deep)
        {
            return "";
        }
        if (deep > alone)
        {
            words += ": the object alone, and not the " + count(size.objects - 1) +
                     (size.objects == 2 ? " object" : " objects") + " that it leads to";
        }
        if (*says != alone)
        {
            words += (deep > alone ? "; and of the object alone it is " : ": that is ") +
                     report::exact_bytes(std::abs(*says - alone)) + (*says < alone ? " too little" : " more than was asked for");
            words += *says < alone && cpython::values_of_instance(object) != nullptr ? ", its attributes' room" : "";
        }
        return words + ".";
    }

    std::vector<std::string> reasons_of(PyObject* object, const ObjectSize& size)
    {
        std::vector<std::string> reasons;
        const auto add = [&](const std::string& reason)
        {
            if (!reason.empty())
            {
                reasons.push_back(reason);
            }
        };
        switch (cpython::layout_of(Py_TYPE(object)))
        {
        case Layout::numpy_array:
            add(array_reason(object));
            break;
        case Layout::dict:
            add(dict_reason(object));
            break;
        case Layout::set:
            add(set_reason(object));
            break;
        case Layout::list:
            add(list_reason(object));
            break;
        case Layout::string:
            add(string_reason(object));
            break;
        default:
            break;
        }
        add(instance_reason(object));
        const std::int64_t deep = cpython::sum_of(size.deep);
        if (size.exclusive_bytes < deep && human_bytes(size.exclusive_bytes) != human_bytes(deep))
        {
            add(size.exclusive_bytes == 0
                    ? "If it went, nothing would be freed: all of it is held by others too, or part of the program."
                    : "If it went, " + human_bytes(size.exclusive_bytes) + " would be freed: the rest is held by others too.");
        }
        return reasons;
    }
}
