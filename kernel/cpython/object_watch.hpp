// The end of objects, seen as it happens, of whatever type: without a reference to them, strong or weak, and without running code of
// theirs. While it is on, the object allocator is wrapped once more (PyMem_SetAllocator), so that a watched object's block is seen as
// it is freed; off, it costs two instructions where an object is untracked.
//
// Some blocks are not freed when their object goes, but kept for the next one: those of lists, dicts and tuples, whose deallocators
// call PyObject_GC_UnTrack first, and of floats (Objects/listobject.c, dictobject.c, tupleobject.c, floatobject.c, 3.11). The linker
// puts ours before these calls. Of other types that keep blocks, and of objects that lie in no block of Python's, the end cannot be
// seen: watch() refuses them.
//
// On the thread that runs the cells, with the GIL, as the tutor; objects may end on any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <Python.h>

namespace xmemory::cpython::object_watch
{
    inline constexpr std::size_t most_watched = 96; // at a time

    struct Death
    {
        enum class How : std::uint8_t {
            last_reference,
            collector, // while the garbage collector ran
            resized    // its memory went to a longer or shorter one in its place (Objects/unicodeobject.c, unicode_resize)
        };

        PyObject* object = nullptr; // where it was: not to be looked at
        How how = How::last_reference;
        bool was_finalized = false; // its finalizer has run
        bool on_another_thread = false;
        int line = 0;           // the innermost one of the watched file on that thread; 0 where there is none
        char function[48] = ""; // its code's name; "" where it is not ASCII or longer
        // Of a collector's run:
        bool was_unreachable = false; // it was itself found unreachable, in a cycle or held from one only
        bool asked_for = false;       // by gc.collect
        int generation = -1;          // −1 as long as the run goes on
    };

    enum class Answer {
        watched,
        no_more,  // most_watched are
        lies_outside, // part of the program itself or of a library: its end, if it has one, is not a block's
        unseen    // on the heap, but its end would not be seen
    };

    // file: what the code's co_filename is, the very object; borrowed until end(). false: the allocator cannot be wrapped.
    bool begin(PyObject* file);
    void end();

    Answer watch(PyObject* object);

    // Those that ended since the last call, in order. An object that ended is watched no more.
    std::vector<Death> take_deaths();

    // Whether something took our wrapper away, or stood before it, so that an end may have been missed. Asks the allocator
    // for a block where that is not plain.
    bool is_blind();

    // Whether the object's block was taken from the allocator after the last call of begin_line(); unknown for those that may come
    // from a free list, and where too many blocks were taken to remember them.
    std::optional<bool> was_made_on_this_line(PyObject* object);
    void begin_line();
}
