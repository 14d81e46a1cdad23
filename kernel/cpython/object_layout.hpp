// How objects lie in memory whose structures no header tells, and which of these layouts an object of a type has. Layouts of CPython
// 3.11 and of numpy's PyArrayObject_fields, unchanged since 1.7. Reads only, runs no code. With the GIL.
#pragma once

#include <cstddef>
#include <cstdint>

#include <Python.h>

namespace xmemory::cpython
{
    // The part of an object's memory that its type's base in C decides: what a subclass of it has too.
    enum class Layout : std::uint8_t {
        other, // nothing beside its own block, as far as is known, and its tp_traverse tells all that it holds
        list,
        tuple,
        dict,
        ordered_dict,
        string,
        number_or_bytes, // int, float, complex, bool, bytes: holds nothing
        type,
        set,
        bytearray,
        code,
        range,
        descriptor,
        deque,
        array,
        numpy_array,
        ctypes_data
    };

    // Some hundred nanoseconds: to be kept by type.
    Layout layout_of(PyTypeObject* type);

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

    // Modules/arraymodule.c
    struct Array
    {
        PyObject_VAR_HEAD char* items;
    };

    // Objects/rangeobject.c
    struct Range
    {
        PyObject_HEAD PyObject* parts[4]; // start, stop, step, length
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

        bool owns_data() const { return (flags & 4) != 0; }
        // Its elements are references to objects, which the array holds if the data are its own (PyArray_Descr: the kind stands
        // after the type, as a character).
        bool has_objects() const
        {
            struct ElementType
            {
                PyObject_HEAD PyObject* type;
                char kind;
            };
            return reinterpret_cast<const ElementType*>(element_type)->kind == 'O';
        }
        std::size_t size() const
        {
            std::size_t elements = 1;
            for (int dimension = 0; dimension < dimensions; ++dimension)
            {
                elements *= static_cast<std::size_t>(lengths[dimension]);
            }
            return elements;
        }
    };

    // Modules/_ctypes/ctypes.h, CDataObject
    struct CtypesData
    {
        PyObject_HEAD char* data;
        int must_free_data;
        PyObject* base;
        Py_ssize_t size;
        Py_ssize_t length;
        Py_ssize_t index;
        PyObject* kept;
        alignas(16) char value[16]; // small data stand here
    };
}
