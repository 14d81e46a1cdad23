#include "cpython/at_limit.hpp"

#include <cstring>

#include "core/budget.hpp"
#include "core/thread_start.hpp"
#include "cpython/runtime_state.h"

namespace xmemory::cpython::at_limit
{
    namespace
    {
        // Up to the last slash of the file names that IPython gives to cells; written with the GIL, read by any thread.
        char folder[sizeof(core::budget::Refusal::file)] = {};
        std::size_t folder_length = 0;
        PyObject* last_file = nullptr; // compared only

        const char* text_of(PyObject* name, std::size_t& length)
        {
            if (!PyUnicode_IS_COMPACT_ASCII(name))
            {
                return nullptr;
            }
            length = static_cast<std::size_t>(PyUnicode_GET_LENGTH(name));
            return reinterpret_cast<const char*>(reinterpret_cast<PyASCIIObject*>(name) + 1);
        }

        int is_cells_file(PyObject* name)
        {
            std::size_t length = 0;
            const char* text = text_of(name, length);
            return text != nullptr && folder_length != 0 && length >= folder_length &&
                   std::memcmp(text, folder, folder_length) == 0;
        }

        // Reads the calling thread's own frames, which nobody else changes, and code objects that they hold.
        void note_place(core::budget::Refusal& refusal)
        {
            PyCodeObject* code = nullptr;
            refusal.line = xmemory_innermost_line(is_cells_file, &code);
            std::size_t length = 0;
            const char* text = code != nullptr ? text_of(code->co_filename, length) : nullptr;
            if (text != nullptr && length < sizeof(refusal.file))
            {
                std::memcpy(refusal.file, text, length);
            }
        }

        bool is_outside_run() { return xmemory_is_outside_run() != 0; }

        bool stop_this_thread() { return xmemory_raise_at_safe_point(PyExc_MemoryError) != 0; }
    }

    void watch()
    {
        core::budget::note_place = note_place;
        core::budget::stop_this_thread = stop_this_thread;
        core::budget::thread_start::is_outside_run = is_outside_run;
    }

    void remember_cells_code(PyObject* code)
    {
        PyObject* name = reinterpret_cast<PyCodeObject*>(code)->co_filename;
        if (name == last_file)
        {
            return;
        }
        last_file = name;
        std::size_t length = 0;
        const char* text = text_of(name, length);
        if (text == nullptr)
        {
            return;
        }
        const void* slash = memrchr(text, '/', length);
        length = slash != nullptr ? static_cast<std::size_t>(static_cast<const char*>(slash) - text) + 1 : length;
        if (length < sizeof(folder))
        {
            std::memcpy(folder, text, length);
            folder_length = length;
        }
    }

    PyObject* leave_learners_code(PyObject* result)
    {
        if (xmemory_take_raise_at_safe_point(PyExc_MemoryError) != 0 && result != nullptr)
        {
            Py_CLEAR(result);
            PyErr_NoMemory();
        }
        return result;
    }
}
