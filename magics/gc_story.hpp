// One collection with everything that is to be told of it: what was unreachable before, in which cycles, what went with it, how many
// bytes that freed, and what is still there. On the thread that runs the cells, within a cell, with the GIL, as the tutor.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <Python.h>

#include "cpython/runtime_state.h"

namespace xmemory::magics
{
    struct TypeOfGarbage
    {
        std::string name;
        std::int64_t before = 0; // tracked objects of this type in all generations
        std::int64_t after = 0;
        std::int64_t freed_objects = 0;
        std::int64_t freed_bytes = 0;
    };

    // Cycles that are alike: of as many objects, with the same types around the ring that is drawn.
    struct CyclesAlike
    {
        std::vector<std::string> names; // around the ring, the first few
        std::int64_t objects = 0;       // in each
        std::int64_t cycles = 0;
        std::int64_t bytes = 0;     // of all of them together, without what hangs on them
        bool same_bytes = true;     // each has the same
        std::int64_t remaining = 0; // cycles of which something is still there
    };

    struct GenerationState
    {
        std::int64_t objects = 0;
        int count = 0;
        int threshold = 0;
    };
    using Generations = std::array<GenerationState, xmemory_gc_generations>;

    // Objects that were unreachable and are still there, of one type.
    struct Remaining
    {
        std::string name;
        std::int64_t objects = 0;
        bool has_finalizer = false; // __del__, or a generator's finally
        bool has_legacy_finalizer = false;
    };

    struct GcStory
    {
        int generation = 0;
        std::int64_t looked_at = 0;
        std::int64_t unreachable = 0;
        std::int64_t cycles = 0;
        std::int64_t in_cycles = 0;
        std::vector<CyclesAlike> alike;       // most bytes first
        std::vector<TypeOfGarbage> types;     // of unreachable objects, most bytes first
        std::vector<TypeOfGarbage> with_them; // what only they held; before and after are not known
        std::int64_t other_known_bytes = 0;   // tables of keys that several dicts shared

        std::int64_t freed_bytes = 0;     // by the whole collection, as the allocators saw it
        std::int64_t free_list_bytes = 0; // of it CPython's free lists; below 0 where they grew
        std::map<int, std::int64_t> freed_by_cell;
        std::int64_t freed_of_sources_bytes = 0;
        std::int64_t freed_of_kernel_bytes = 0;

        std::int64_t collected = 0; // as the collector counts
        std::int64_t uncollectable = 0;
        std::vector<Remaining> remaining;
        std::int64_t waiting_for_older = 0; // unreachable, but held by unreachable objects of older generations
        Generations before;
        Generations after;
        double pause_seconds = 0;
        double analysis_seconds = 0;
        bool keeps_all = false; // gc.DEBUG_SAVEALL

        std::int64_t freed_objects() const;
        std::int64_t freed_cycles() const;
        // What people are told as freed: the objects with all that only they held. CPython's free lists, which a full
        // collection empties whatever it finds, stand beside it.
        std::int64_t object_bytes() const { return freed_bytes - free_list_bytes; }
        std::int64_t told_bytes() const; // of all types and what went with them
        // Buffers of extensions, and what finalizers and callbacks let go; below 0 where less was freed than went.
        std::int64_t untold_bytes() const { return object_bytes() - told_bytes(); }
    };

    // Looks, lets collect() run as the learner's code, looks again. generation: what collect will collect. result: what it returned,
    // a new reference, or nullptr with a Python error. Throws cpython::WalkInterrupted before anything was collected.
    GcStory tell_collection(int generation, const std::function<PyObject*()>& collect, PyObject*& result);

    // Not outside of a cell, not while a collection runs (a finalizer may ask for another), and not within one that is being told.
    bool collection_can_be_told();
}
