#include "cpython/object_layout.hpp"

#include <cstring>

namespace xmemory::cpython
{
    namespace
    {
        bool is_written_in_python(PyTypeObject* type)
        {
            return PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) && !PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE);
        }

        // A class of the learner's may have any name; the first type in C that it derives from has its own.
        PyTypeObject* base_in_c(PyTypeObject* type)
        {
            while (is_written_in_python(type) && type->tp_base != nullptr)
            {
                type = type->tp_base;
            }
            return type;
        }

        bool derives_from(PyTypeObject* type, PyTypeObject* other)
        {
            while (type != nullptr && type != other)
            {
                type = type->tp_base;
            }
            return type != nullptr;
        }

        bool derives_from(PyTypeObject* type, const char* name)
        {
            while (type != nullptr && (is_written_in_python(type) || std::strcmp(type->tp_name, name) != 0))
            {
                type = type->tp_base;
            }
            return type != nullptr;
        }

        Layout layout_by_features(PyTypeObject* type)
        {
            static constexpr struct
            {
                unsigned long feature;
                Layout layout;
            } known[] = {{Py_TPFLAGS_LIST_SUBCLASS, Layout::list},
                         {Py_TPFLAGS_TUPLE_SUBCLASS, Layout::tuple},
                         {Py_TPFLAGS_UNICODE_SUBCLASS, Layout::string},
                         {Py_TPFLAGS_LONG_SUBCLASS, Layout::number_or_bytes},
                         {Py_TPFLAGS_BYTES_SUBCLASS, Layout::number_or_bytes},
                         {Py_TPFLAGS_TYPE_SUBCLASS, Layout::type}};
            for (const auto& one : known)
            {
                if (PyType_HasFeature(type, one.feature))
                {
                    return one.layout;
                }
            }
            if (PyType_HasFeature(type, Py_TPFLAGS_DICT_SUBCLASS))
            {
                return derives_from(type, &PyODict_Type) ? Layout::ordered_dict : Layout::dict;
            }
            return Layout::other;
        }

        bool is_descriptor(PyTypeObject* type)
        {
            return type == &PyMemberDescr_Type || type == &PyGetSetDescr_Type || type == &PyMethodDescr_Type ||
                   type == &PyClassMethodDescr_Type || type == &PyWrapperDescr_Type;
        }
    }

    Layout layout_of(PyTypeObject* type)
    {
        if (const Layout layout = layout_by_features(type); layout != Layout::other)
        {
            return layout;
        }
        static const struct
        {
            PyTypeObject* type;
            Layout layout;
        } of_types[] = {{&PyFloat_Type, Layout::number_or_bytes}, {&PyComplex_Type, Layout::number_or_bytes},
                        {&PySet_Type, Layout::set},               {&PyFrozenSet_Type, Layout::set},
                        {&PyByteArray_Type, Layout::bytearray},   {&PyCode_Type, Layout::code},
                        {&PyRange_Type, Layout::range}};
        static constexpr struct
        {
            const char* name;
            Layout layout;
        } of_names[] = {{"collections.deque", Layout::deque}, {"array.array", Layout::array},
                        {"numpy.ndarray", Layout::numpy_array}, {"_ctypes._CData", Layout::ctypes_data}};
        for (const auto& one : of_types)
        {
            if (derives_from(type, one.type))
            {
                return one.layout;
            }
        }
        for (const auto& one : of_names)
        {
            if (derives_from(base_in_c(type), one.name))
            {
                return one.layout;
            }
        }
        return is_descriptor(type) ? Layout::descriptor : Layout::other;
    }
}
