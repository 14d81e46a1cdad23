// Who holds an object, in words: every reference to it that does not come from what it holds itself, with the shortest path there, a
// clause that people read, and the statement that lets go of it. Takes no reference, makes no object, runs no code of the objects';
// its books are native memory. With the GIL; nothing may be allocated in Python's heap between reading the graph and the answer.
//
//     HeapGraph graph;
//     if (graph.read_all(keep_going))
//         for (const Holder& holder : find_holders(graph, places, object, our_own_references, 8).each)
//             say(holder.path, holder.words, holder.lets_go);
//
// Several objects may be asked about on one graph. Each costs some passes over it: 20 ms for a million objects.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cpython/heap_graph.hpp"
#include "cpython/holder_paths.hpp"

namespace xmemory::cpython
{
    struct Holder
    {
        enum class Kind {
            variable,        // of the notebook, or what one holds
            output,          // Out, _ and what else IPython keeps of what was displayed
            traceback,       // a frame that has ended, by an exception that somebody keeps
            running,         // a local variable of a function that runs
            generator,       // a local variable of a generator or coroutine that waits
            closure,         // a variable of an outer function
            default_argument,
            cache,           // functools.lru_cache
            class_attribute,
            module,          // an attribute of a module
            machinery,       // IPython's and the kernel's
            cycle,           // what the object itself leads to: only gc frees it
            garbage,         // what nothing leads to, and waits for gc
            c_code           // references that no object accounts for
        };

        Kind kind = Kind::variable;
        std::string path;    // "rows[3].child", as people read it
        std::string words;   // what that is: "a variable of the notebook", "a default argument of f"
        std::string lets_go; // the statement, or ""
        std::vector<HolderStep> steps; // from where the path begins to the object itself
        std::int64_t references = 1;
    };

    struct Holders
    {
        std::vector<Holder> each;   // nearest first
        std::int64_t more = 0;      // that are not told, at least
        Py_ssize_t references = 0;  // to the object, but for the caller's
        std::int64_t exclusive_bytes = 0; // what would be freed if all let go of it
        bool is_part_of_program = false; // None, a small number, a class of Python's own: it never goes
    };

    const char* name_of(Holder::Kind kind); // "default argument"

    // object: any. our_own: references that the caller has.
    Holders find_holders(const HeapGraph& graph, const NotebookPlaces& places, PyObject* object, Py_ssize_t our_own, std::size_t most);
}
