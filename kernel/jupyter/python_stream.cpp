#include "jupyter/python_stream.hpp"

#include "core/scope.hpp"

namespace xmemory::jupyter
{
    namespace
    {
        struct Stream
        {
            PyObject_HEAD Output* output;
            int number;
        };

        Stream* as_stream(PyObject* self) { return reinterpret_cast<Stream*>(self); }

        // A lone surrogate cannot be sent as UTF-8: it is written as its escape.
        PyObject* encode_with_escapes(PyObject* text)
        {
            return PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
        }

        PyObject* stream_write(PyObject* self, PyObject* text)
        {
            const core::TutorScope scope;
            if (!PyUnicode_Check(text))
            {
                return PyErr_Format(PyExc_TypeError, "write() argument must be str, not %s", Py_TYPE(text)->tp_name);
            }
            Output& output = *as_stream(self)->output;
            Py_ssize_t bytes = 0;
            if (PyUnicode_IS_COMPACT_ASCII(text)) // no copy of it is made, and none is kept in it
            {
                output.write(as_stream(self)->number, reinterpret_cast<const char*>(PyUnicode_DATA(text)),
                             static_cast<std::size_t>(PyUnicode_GET_LENGTH(text)));
            }
            else
            {
                PyObject* encoded = encode_with_escapes(text);
                char* data = nullptr;
                if (encoded == nullptr || PyBytes_AsStringAndSize(encoded, &data, &bytes) < 0)
                {
                    Py_XDECREF(encoded);
                    return nullptr;
                }
                output.write(as_stream(self)->number, data, static_cast<std::size_t>(bytes));
                Py_DECREF(encoded);
            }
            return PyLong_FromSsize_t(PyUnicode_GET_LENGTH(text));
        }

        PyObject* stream_writelines(PyObject* self, PyObject* lines)
        {
            PyObject* iterator = PyObject_GetIter(lines);
            if (iterator == nullptr)
            {
                return nullptr;
            }
            PyObject* line = nullptr;
            while ((line = PyIter_Next(iterator)) != nullptr)
            {
                PyObject* written = stream_write(self, line);
                Py_DECREF(line);
                if (written == nullptr)
                {
                    break;
                }
                Py_DECREF(written);
            }
            Py_DECREF(iterator);
            return PyErr_Occurred() ? nullptr : Py_NewRef(Py_None);
        }

        PyObject* stream_flush(PyObject* self, PyObject*)
        {
            as_stream(self)->output->flush_as_asked();
            Py_RETURN_NONE;
        }

        PyObject* stream_fileno(PyObject* self, PyObject*) { return PyLong_FromLong(as_stream(self)->number); }

        PyObject* say_true(PyObject*, PyObject*) { Py_RETURN_TRUE; }

        PyObject* say_false(PyObject*, PyObject*) { Py_RETURN_FALSE; }

        PyObject* stream_name(PyObject* self, void*)
        {
            return PyUnicode_FromString(as_stream(self)->number == 2 ? "<stderr>" : "<stdout>");
        }

        PyObject* constant_text(PyObject*, void* text) { return PyUnicode_FromString(static_cast<const char*>(text)); }

        PyObject* constant_false(PyObject*, void*) { Py_RETURN_FALSE; }

        void stream_dealloc(PyObject* self)
        {
            PyTypeObject* type = Py_TYPE(self);
            type->tp_free(self);
            Py_DECREF(type);
        }

        PyMethodDef methods[] = {
            {"write", stream_write, METH_O, "Write text; returns its length in characters."},
            {"writelines", stream_writelines, METH_O, "Write each line of an iterable."},
            {"flush", stream_flush, METH_NOARGS, "Send what was written so far."},
            {"fileno", stream_fileno, METH_NOARGS, "The file descriptor, which arrives in the cell too."},
            {"isatty", say_false, METH_NOARGS, "False: a notebook is no terminal."},
            {"readable", say_false, METH_NOARGS, "False."},
            {"seekable", say_false, METH_NOARGS, "False."},
            {"writable", say_true, METH_NOARGS, "True."},
            {"close", stream_flush, METH_NOARGS, "Flush; the stream stays open."},
            {nullptr, nullptr, 0, nullptr}};

        char utf8[] = "utf-8";
        char backslashreplace[] = "backslashreplace";
        char write_mode[] = "w";
        PyGetSetDef attributes[] = {{"name", stream_name, nullptr, nullptr, nullptr},
                                    {"encoding", constant_text, nullptr, nullptr, utf8},
                                    {"errors", constant_text, nullptr, nullptr, backslashreplace},
                                    {"mode", constant_text, nullptr, nullptr, write_mode},
                                    {"closed", constant_false, nullptr, nullptr, nullptr},
                                    {nullptr, nullptr, nullptr, nullptr, nullptr}};

        PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(stream_dealloc)},
                               {Py_tp_methods, methods},
                               {Py_tp_getset, attributes},
                               {0, nullptr}};
        PyType_Spec spec = {"xmemory.Stream", sizeof(Stream), 0, Py_TPFLAGS_DEFAULT, slots};
    }

    namespace
    {
        // Registered with io.TextIOBase, so that isinstance says what people ask.
        PyTypeObject* make_type()
        {
            PyObject* type = PyType_FromSpec(&spec);
            PyObject* io = PyImport_ImportModule("io");
            PyObject* base = io ? PyObject_GetAttrString(io, "TextIOBase") : nullptr;
            PyObject* registered = base ? PyObject_CallMethod(base, "register", "O", type) : nullptr;
            Py_XDECREF(registered);
            Py_XDECREF(base);
            Py_XDECREF(io);
            return reinterpret_cast<PyTypeObject*>(type);
        }
    }

    PyObject* make_python_stream(Output& output, int stream)
    {
        static PyTypeObject* type = make_type();
        PyObject* self = type ? type->tp_alloc(type, 0) : nullptr;
        if (self != nullptr)
        {
            as_stream(self)->output = &output;
            as_stream(self)->number = stream;
        }
        return self;
    }
}
