#include "magics/terms.hpp"

namespace xmemory::magics
{
    const std::vector<Term>& terms()
    {
        static const std::vector<Term> table = {
            {"peak",
             {"most while running", "high water mark", "maximum"},
             "The most memory that was in use at one moment while the cell ran, above what was in use when it began. It "
             "decides "
             "whether a program fits into memory, however little it keeps in the end.",
             "",
             "%memory cell"},
            {"limit",
             {"memory limit", "at_limit", "over limit", "over_limit", "stopped", "refused", "memoryerror"},
             "How much memory your code may have; a request that would go past it fails with a MemoryError, and the kernel stays. "
             "Without %memory limit it is what is really left of the container, the hub or the machine, less some for the "
             "kernel's own work; requests of up to 512 B are served beyond it, and the cell is stopped between two steps of its "
             "code.",
             "Objects/obmalloc.c: PyMem_RawMalloc, which gives NULL then",
             "%memory limit"},
            {"kept",
             {"kept at the end", "retained"},
             "What a cell made and what is still in use when the cell has ended. Something still holds it: a variable, an "
             "entry "
             "of Out, a cache, or a cycle that waits for the garbage collector.",
             "",
             "%memory cells"},
            {"freed",
             {"freed own", "freed earlier", "freed blocks", "freed earlier by cell"},
             "What was given back while the cell ran: blocks of its own, or blocks that earlier cells had made, which are "
             "then "
             "named. Freed memory goes to Python's or C's store of free memory first, and to the system only at times.",
             "Objects/object.c: _Py_Dealloc runs when the last reference goes",
             "%memory cell"},
            {"net",
             {"net bytes"},
             "All that was allocated in the cell less all that was freed in it, whoever had made it. It can be below zero: "
             "then "
             "the cell freed more of earlier cells than it made.",
             "",
             "%memory cell"},
            {"still in use",
             {"in use", "live", "in use now"},
             "What of a cell's memory has not been freed up to this moment. Right after the cell that is what it kept; "
             "later "
             "cells may free it.",
             "",
             "%memory cells"},
            {"made by",
             {"maker", "made", "cell"},
             "Every block that is in use carries the number of the cell that allocated it. So a cell's memory can be found "
             "later, "
             "and freeing it is told with the cell's number.",
             "",
             "%memory"},
            {"taken in total",
             {"allocated", "allocated bytes", "total"},
             "All that the cell asked for, one after the other, even if it was given back at once. It says how much work "
             "the "
             "allocators had; the peak says how much room was needed.",
             "",
             "%memory cell"},
            {"allocation",
             {"allocations", "block", "blocks", "allocated blocks"},
             "One piece of memory that an allocator handed out. One object may need several: a list is one for itself and "
             "one "
             "for its places.",
             "Objects/obmalloc.c: PyObject_Malloc; Objects/listobject.c: list_resize takes the places from PyMem_Realloc",
             "%memory measure [None] * 1000"},
            {"set aside",
             {"set aside kept", "set_aside", "reserved"},
             "What the allocators really reserved for the bytes that were asked for. Small blocks are rounded up to a "
             "multiple of "
             "16 bytes, larger ones as the C library sees fit.",
             "Objects/obmalloc.c: ALIGNMENT 16, SMALL_REQUEST_THRESHOLD 512",
             "%memory pools"},
            {"rounding",
             {"lost to rounding", "quantization", "slack"},
             "The difference between what was set aside and what was asked for. A request of 33 bytes takes a block of 48: "
             "15 are "
             "lost to rounding.",
             "Objects/obmalloc.c: size classes of ALIGNMENT 16",
             "%memory pools"},
            {"bytes",
             {"asked bytes", "asked", "kb", "mb", "gb", "mib", "units"},
             "Figures are the bytes that the program asked for. A kB is 1,000 bytes and a MB is 1,000,000, as one reckons "
             "by "
             "head; MiB (1,048,576) is only used for arenas.",
             "",
             "%memory cell"},
            {"Python objects",
             {"python", "python small", "python large", "small", "large", "small objects", "large objects", "origin"},
             "Memory that Python's own allocators gave. Up to 512 bytes a block comes from pools (small), above that from "
             "the C "
             "library's malloc (large), such as the places of a long list.",
             "Objects/obmalloc.c: pymalloc_alloc, SMALL_REQUEST_THRESHOLD 512",
             "%memory"},
            {"native",
             {"c code", "native memory"},
             "Memory that C code took from the C library by itself, past Python's allocators. numpy's arrays and the "
             "buffers of "
             "many other libraries are such.",
             "Doc/c-api/memory.rst: only Python's own domains go through its allocators",
             "%memory"},
            {"kernel",
             {"tutor", "kernel and start up", "start up"},
             "What Python's start-up, the kernel and the tutor itself made. It is never counted as a cell's.",
             "",
             "%memory"},
            {"source",
             {"code", "source bytes", "compiling"},
             "What compiling the cell left in use: its code, its names and its constants, such as a long text in quotes. It "
             "is a "
             "line of its own, since it is there before the cell begins to run.",
             "Python/compile.c: assemble makes the code object, whose co_consts hold the constants",
             "%memory cell"},
            {"process memory (RSS)",
             {"rss", "resident", "resident memory", "process", "process rss", "resident delta"},
             "What the operating system has given this process in real memory: all blocks, but also the program itself and "
             "free "
             "memory that Python and C keep ready. So it goes down later than the blocks do, or not at all.",
             "Objects/obmalloc.c: an arena goes back to the system when its last pool is free",
             "%memory pools"},
            {"unseen by us",
             {"unseen", "unseen bytes", "unseen growth"},
             "The process grew by more than the blocks that were counted, because a library took memory from the system "
             "past "
             "malloc. The tutor does not know what it is for, and says so.",
             "",
             "%memory"},
            {"mapped",
             {"mapped besides", "mapped by code", "mmap", "unmapped", "unmapped earlier", "resident mapped delta"},
             "Memory that a library, or Python's mmap, took from the system by itself, past malloc: whole pages, and often "
             "far more of them than it uses. It is a line of its own and in no other figure; mapped files are not in it.",
             "",
             "%memory"},
            {"background work",
             {"background", "background bytes"},
             "What threads and tasks of a cell took after the cell had ended. It counts for the cell that started them and "
             "moves no figure of the cell that runs meanwhile.",
             "",
             "%memory cells"},
            {"exact",
             {"at least", "unknown", "why"},
             "A figure is what happened, to the byte. Where several threads allocated at once a peak is “at least” that "
             "much, and "
             "where something hides the allocators the figures are “unknown”.",
             "",
             "%memory cell"},
            {"value",
             {"value bytes"},
             "What the result of the measured expression held until it was dropped. The rest of the peak was needed on the "
             "way to "
             "it.",
             "",
             "%memory measure list(range(1000))"},
            {"reference count",
             {"references", "refcount", "reference counting", "reference"},
             "Each object counts how many places refer to it: names, list places, attributes. When the count falls to zero "
             "the "
             "object is freed at once, without a garbage collector.",
             "Include/object.h: Py_DECREF calls _Py_Dealloc at zero",
             ""},
            {"garbage collector",
             {"gc", "collector", "garbage", "garbage collection", "collected", "collection", "collections",
              "more collections"},
             "It finds objects that only refer to each other (cycles), which reference counts alone would never free. All "
             "other "
             "objects are freed without it, at once.",
             "Modules/gcmodule.c: deduce_unreachable",
             "%memory gc"},
            {"cycle",
             {"cycles", "reference cycle", "circular reference", "unreachable"},
             "Objects that refer to each other in a ring, so that none of their reference counts reaches zero. When nothing "
             "else "
             "refers to the ring, the garbage collector frees it.",
             "Modules/gcmodule.c: subtract_refs, move_unreachable",
             "%memory gc"},
            {"generation",
             {"generations", "threshold", "thresholds", "young", "old"},
             "The collector sorts the objects it watches by age, and looks at the young ones most often. Each generation "
             "has a "
             "count and a threshold: past it, that generation and the younger ones are collected.",
             "Modules/gcmodule.c: gc_collect_generations; the thresholds are 700, 10 and 10 in 3.11",
             "%memory gc"},
            {"tracked",
             {"untracked", "gc tracked", "is tracked"},
             "Whether the garbage collector looks at an object: it does where an object could be in a cycle. Numbers and texts never "
             "are, and tuples and dicts that hold only such are left out.",
             "Objects/tupleobject.c: _PyTuple_MaybeUntrack; Objects/dictobject.c: _PyDict_MaybeUntrack; gc.is_tracked",
             "%memory help life"},
            {"weak reference",
             {"weak references", "weakref", "weakrefs"},
             "A reference that is not counted, so it keeps nothing alive: when the object dies it leads to nothing from then on. It can "
             "have a callback, which is called at that moment.",
             "Objects/weakrefobject.c: PyObject_ClearWeakRefs",
             "%memory help life"},
            {"finalizer",
             {"__del__", "finalizers", "resurrection"},
             "A method __del__, which Python calls once before an object is freed. Where it lets something refer to the object again, the "
             "object lives on, and __del__ does not run a second time.",
             "Objects/object.c: PyObject_CallFinalizerFromDealloc; the flag is _PyGC_PREV_MASK_FINALIZED",
             "%memory help life"},
            {"interned",
             {"interned string", "interning", "intern"},
             "A text that Python keeps once for all who need it: names, attributes, short constants, and what sys.intern gives. The table "
             "by which it is found holds no reference that counts, so in 3.11 it dies like any other.",
             "Objects/unicodeobject.c: PyUnicode_InternInPlace",
             "%memory help life"},
            {"immortal",
             {"shared object", "small int", "singleton", "immortal objects"},
             "An object that is part of Python itself and shared by all who use it: None, True, the integers from -5 to 256, single "
             "characters. In 3.11 its references are still counted, from a number that never falls to zero; from 3.12 on they are not.",
             "Include/internal/pycore_object.h: _PyObject_IMMORTAL_REFCNT",
             "%memory help life"},
            {"pause",
             {"pauses", "longest pause", "gc seconds"},
             "How long the program stood still while the collector ran. It grows with the number of objects "
             "that it looks at, garbage or not.",
             "Modules/gcmodule.c: gc_collect_main",
             "%memory gc"},
            {"uncollectable",
             {"resurrected", "could not go"},
             "Objects in an unreachable cycle that the collector could not free: a __del__ made them reachable again, or a "
             "C type "
             "has an old kind of finalizer. The latter wait in gc.garbage.",
             "Modules/gcmodule.c: handle_resurrected_objects, handle_legacy_finalizers",
             "%memory gc"},
            {"arena",
             {"arenas", "arenas gained"},
             "A stretch of 1 MiB that Python takes from the system for small blocks, and divides into 64 pools. It goes "
             "back to the "
             "system only when all its pools are free: one object can hold it.",
             "Objects/obmalloc.c: ARENA_BITS 20, new_arena, insert_to_freepool",
             "%memory pools"},
            {"pool",
             {"pools", "free pool", "unused pools"},
             "16 KiB of an arena, cut into blocks of one size. A pool whose blocks are all free can be used for another "
             "size.",
             "Objects/obmalloc.c: POOL_BITS 14, struct pool_header",
             "%memory pools"},
            {"size class",
             {"size classes", "class size"},
             "The sizes in which small blocks come: 16, 32, 48 … 512 bytes. A request gets a block of the next larger "
             "class.",
             "Objects/obmalloc.c: INDEX2SIZE, ALIGNMENT 16",
             "%memory pools"},
            {"held back",
             {"pinned", "pins", "fragmentation", "fragmented"},
             "An arena that is nearly empty and still cannot go back to the system, because a few blocks in it are in use. "
             "New "
             "small objects fill the room again, so it is not lost for Python.",
             "Objects/obmalloc.c: insert_to_freepool frees an arena when nfreepools equals ntotalpools",
             "%memory pools"},
            {"free list",
             {"free lists", "freelist"},
             "Python keeps some freed floats, tuples, lists and dicts to use them again without asking the allocator. So a "
             "few hundred "
             "bytes stay in use after a cell, and a second run takes less than the first.",
             "Objects/floatobject.c, Objects/listobject.c: PyList_MAXFREELIST; a full collection empties them "
             "(Modules/gcmodule.c: clear_freelists)",
             ""},
            {"frames",
             {"frame chunks", "data stack", "frame"},
             "The room for the local variables of running functions, which Python takes in chunks of 16 KiB and more. Deep "
             "recursion makes it grow.",
             "Python/pystate.c: push_chunk, DATA_STACK_CHUNK_SIZE",
             "%memory pools"},
            {"malloc",
             {"heap", "mallinfo", "free inside"},
             "The C library's allocator, for everything above 512 bytes and for native code. It takes memory from the "
             "system in "
             "large pieces and keeps what is freed inside them for later.",
             "Objects/obmalloc.c: _PyMem_RawMalloc calls malloc",
             "%memory pools"},
            {"mapped by itself",
             {"mapped block", "mapped blocks"},
             "Large blocks (from 128 kB on, later more) get a piece of their own from the system. When such a block is "
             "freed, its "
             "memory goes back to the system at once.",
             "",
             "%memory pools"},
            {"trimmable",
             {"trim", "malloc trim"},
             "Free memory of the C library that it could give back to the system if asked. malloc_trim asks for it; what "
             "lies "
             "between blocks in use stays.",
             "",
             "%memory pools --trim"},
            {"spare places",
             {"over allocation", "overallocation", "growth", "resize"},
             "A list that grows takes about an eighth more places than it needs, so that it need not move for every "
             "newcomer. Sets "
             "and dicts keep a third or more of their places empty, to find things fast.",
             "Objects/listobject.c: list_resize; Objects/setobject.c: set_add_entry; Objects/dictobject.c: GROWTH_RATE",
             "%memory structures"},
            {"getsizeof",
             {"sys getsizeof", "shallow", "size"},
             "sys.getsizeof tells the size of one object without the objects it refers to. For a list that is the row of "
             "places, "
             "not what stands in them.",
             "Python/sysmodule.c: _PySys_GetSizeOf",
             "%memory measure [str(n) for n in range(1000)]"},
            {"only through it",
             {"exclusive", "exclusive bytes"},
             "What nothing else leads to, so that it would be freed with this one. What two variables lead to is only through "
             "neither of them.",
             "Include/object.h: Py_DECREF",
             "%memory who"},
            {"holder",
             {"who holds", "who holds it", "referrer"},
             "An object lives as long as something refers to it: a name, a list, a default argument, a generator that waits. "
             "Weak references hold nothing, and what only the object itself leads to goes with it.",
             "Include/object.h: Py_INCREF, Py_DECREF",
             "%memory who"},
            {"first item",
             {"first", "time to the first item"},
             "How long it takes and how much memory it needs until the first value can be used. A list is made whole before "
             "that, a "
             "generator makes only the one.",
             "Objects/genobject.c: gen_send_ex2 runs to the next yield",
             ""},
            {"in proportion",
             {"in proportion to n", "grows", "linear", "not at all"},
             "Ten times as many values need ten times as much memory. “Not at all” means that the peak stays the same, "
             "however "
             "many values come.",
             "",
             ""},
            {"Out",
             {"output history", "Out history"},
             "IPython keeps the value of every cell that ends in an expression, under Out[n] and _n. As long as it is there "
             "the "
             "object is in use, even after del of its name; %xdel name lets go of both.",
             "IPython/core/displayhook.py: update_user_ns",
             "%memory cells"},
            {"traceback",
             {"last traceback", "sys last traceback"},
             "After an error Python keeps the last traceback, and with it the functions' local variables. They are in use "
             "until the next error takes its place and the garbage collector has run, since a cell's error and "
             "its traceback hold each other.",
             "Include/cpython/traceback.h: struct _traceback holds tb_frame",
             "%memory cells"},
        };
        return table;
    }
}
