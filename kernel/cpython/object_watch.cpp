#include "cpython/object_watch.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <dlfcn.h>

#include "core/scope.hpp"
#include "cpython/block.hpp"
#include "cpython/collections.hpp"
#include "cpython/runtime_state.h"
#include "cpython/tracked.hpp"

namespace xmemory::cpython::object_watch
{
    namespace
    {
        struct Watched
        {
            PyObject* object = nullptr;
            void* block = nullptr;
            bool ends_without_free = false;
            bool was_unreachable = false;
        };

        // The flags in the collector's head (Include/internal/pycore_gc.h, _PyGC_PREV_MASK_FINALIZED and _COLLECTING).
        constexpr std::uintptr_t finalized_flag = 1;
        constexpr std::uintptr_t collecting_flag = 2;

        // The watched ones by the addresses of their blocks: places in `all` + 1, 0 for none. Read by every free while it is on.
        class Table
        {
        public:
            Watched* find(const void* block)
            {
                for (std::size_t slot = hash(block);; slot = (slot + 1) % slots_.size())
                {
                    if (slots_[slot] == 0)
                    {
                        return nullptr;
                    }
                    if (all_[slots_[slot] - 1u].block == block)
                    {
                        return &all_[slots_[slot] - 1u];
                    }
                }
            }

            bool is_full() const { return count_ == all_.size(); }
            void clear()
            {
                count_ = 0;
                slots_ = {};
            }
            void add(const Watched& one)
            {
                all_[count_] = one;
                put(count_++);
            }
            void remove(const Watched* one)
            {
                all_[static_cast<std::size_t>(one - all_.data())] = all_[--count_];
                slots_ = {};
                for (std::size_t place = 0; place < count_; ++place)
                {
                    put(place);
                }
            }

        private:
            std::size_t hash(const void* block) const { return (reinterpret_cast<std::uintptr_t>(block) >> 4) % slots_.size(); }
            void put(std::size_t place)
            {
                std::size_t slot = hash(all_[place].block);
                while (slots_[slot] != 0)
                {
                    slot = (slot + 1) % slots_.size();
                }
                slots_[slot] = static_cast<std::uint8_t>(place + 1);
            }

            std::array<Watched, most_watched> all_{};
            std::array<std::uint8_t, 512> slots_{};
            std::size_t count_ = 0;
        };

        // Plain memory, written with the GIL.
        Table table;
        bool is_on = false;
        PyObject* cells_file = nullptr;
        std::vector<Death> deaths;    // has room for all that are watched
        std::vector<void*> made;      // the blocks taken on this line, as a ring
        std::size_t made_count = 0;
        constexpr std::size_t most_made = 1 << 16;

        PyMemAllocatorEx next_obj;
        PyMemAllocatorEx tried{}; // what the domain held when it was found to lead to us
        bool is_wrapped = false; // by us, possibly below somebody else's wrapper
        bool untracking_is_seen = false;
        destructor float_dealloc = nullptr;

        int is_cells_file(PyObject* name) { return name == cells_file; }

        void note_place(Death& death)
        {
            PyCodeObject* code = nullptr;
            death.line = xmemory_innermost_line(is_cells_file, &code);
            death.on_another_thread = !core::here().runs_cells;
            PyObject* name = code != nullptr ? code->co_name : nullptr;
            if (name != nullptr && PyUnicode_IS_COMPACT_ASCII(name) &&
                PyUnicode_GET_LENGTH(name) < static_cast<Py_ssize_t>(sizeof death.function))
            {
                std::memcpy(death.function, PyUnicode_1BYTE_DATA(name), static_cast<std::size_t>(PyUnicode_GET_LENGTH(name)) + 1);
            }
        }

        void note_death(Watched* one, Death::How how)
        {
            Death death;
            death.object = one->object;
            death.how = how;
            if (how == Death::How::last_reference && xmemory_gc_is_collecting() != 0)
            {
                death.how = Death::How::collector;
                death.was_unreachable = one->was_unreachable;
            }
            if (how != Death::How::resized && PyType_IS_GC(Py_TYPE(one->object))) // else its memory is gone already
            {
                const CollectorHead* head = reinterpret_cast<CollectorHead*>(one->object) - 1;
                death.was_finalized = (head->previous_and_flags & finalized_flag) != 0;
            }
            note_place(death);
            table.remove(one);
            if (deaths.size() < deaths.capacity())
            {
                deaths.push_back(death);
            }
        }

        // The beginning of an object's end. A list, a dict, a tuple or a float does not come back from there.
        void note_end_begun(PyObject* object)
        {
            Watched* one = table.find(start_of(object));
            if (one == nullptr)
            {
                return;
            }
            if (PyType_IS_GC(Py_TYPE(object)))
            {
                const CollectorHead* head = reinterpret_cast<CollectorHead*>(object) - 1;
                one->was_unreachable = one->was_unreachable || (head->previous_and_flags & collecting_flag) != 0;
            }
            if (one->ends_without_free)
            {
                note_death(one, Death::How::last_reference);
            }
        }

        void note_made(void* block)
        {
            if (is_on && block != nullptr)
            {
                made[made_count++ % most_made] = block;
            }
        }

        const PyMemAllocatorEx* next_of(void* context) { return static_cast<PyMemAllocatorEx*>(context); }

        void* hook_malloc(void* context, std::size_t bytes)
        {
            void* block = next_of(context)->malloc(next_of(context)->ctx, bytes);
            note_made(block);
            return block;
        }

        void* hook_calloc(void* context, std::size_t number, std::size_t bytes)
        {
            void* block = next_of(context)->calloc(next_of(context)->ctx, number, bytes);
            note_made(block);
            return block;
        }

        void* hook_realloc(void* context, void* old, std::size_t bytes)
        {
            void* block = next_of(context)->realloc(next_of(context)->ctx, old, bytes);
            if (is_on && block != nullptr && block != old)
            {
                if (Watched* one = table.find(old))
                {
                    note_death(one, Death::How::resized);
                }
                note_made(block);
            }
            return block;
        }

        void hook_free(void* context, void* block)
        {
            if (is_on && block != nullptr)
            {
                if (Watched* one = table.find(block))
                {
                    note_death(one, Death::How::last_reference);
                }
            }
            next_of(context)->free(next_of(context)->ctx, block);
        }

        // After the collector's run in which they ended.
        void note_collection(const collections::Collection& one)
        {
            for (Death& death : deaths)
            {
                if (death.how == Death::How::collector && death.generation < 0)
                {
                    death.generation = one.generation;
                    death.asked_for = one.asked_for;
                }
            }
        }

        void dealloc_float(PyObject* object)
        {
            if (is_on)
            {
                note_end_begun(object);
            }
            float_dealloc(object);
        }

        bool wraps(const PyMemAllocatorEx& allocator) { return allocator.free == hook_free; }

        bool wrap()
        {
            PyMemAllocatorEx current;
            PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &current);
            if (!wraps(current))
            {
                next_obj = current;
                PyMemAllocatorEx ours{&next_obj, hook_malloc, hook_calloc, hook_realloc, hook_free};
                PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &ours);
            }
            is_wrapped = true;
            return !is_blind();
        }

        // Where somebody has wrapped ours since, it stays, and passes everything on.
        void unwrap()
        {
            PyMemAllocatorEx current;
            PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &current);
            if (wraps(current))
            {
                PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &next_obj);
                is_wrapped = false;
            }
        }

        bool keeps_blocks_in_sight(PyTypeObject* type)
        {
            return type == &PyList_Type || type == &PyDict_Type || type == &PyTuple_Type || type == &PyFloat_Type;
        }

        // Objects/sliceobject.c, Python/context.c, Objects/genobject.c
        bool keeps_blocks_out_of_sight(PyTypeObject* type)
        {
            return type == &PySlice_Type || type == &PyContext_Type || std::strcmp(type->tp_name, "async_generator_asend") == 0 ||
                   std::strcmp(type->tp_name, "async_generator_wrapped_value") == 0;
        }

        // In the data of the program or of a library that is loaded: None, small integers, single characters, types written in C.
        bool is_in_a_program(PyObject* object)
        {
            Dl_info where;
            return dladdr(object, &where) != 0;
        }
    }

    bool begin(PyObject* file)
    {
        deaths.clear();
        deaths.reserve(most_watched);
        made.resize(most_made);
        made_count = 0;
        table.clear();
        cells_file = file;
        tried = {};
        is_on = true;
        if (!(is_wrapped && !is_blind()) && !wrap())
        {
            end();
            return false;
        }
        {
            const core::TutorScope scope;
            Py_XDECREF(PyList_New(0)); // which is untracked as it goes
        }
        float_dealloc = PyFloat_Type.tp_dealloc;
        PyFloat_Type.tp_dealloc = dealloc_float;
        collections::tell_of_each(note_collection);
        begin_line();
        return true;
    }

    void end()
    {
        is_on = false;
        collections::tell_of_each(nullptr);
        if (PyFloat_Type.tp_dealloc == dealloc_float)
        {
            PyFloat_Type.tp_dealloc = float_dealloc;
        }
        unwrap();
        table.clear();
        deaths.clear();
        made = {};
        cells_file = nullptr;
    }

    Answer watch(PyObject* object)
    {
        if (is_in_a_program(object))
        {
            return Answer::lies_outside;
        }
        PyTypeObject* type = Py_TYPE(object);
        void* block = start_of(object);
        const auto read = read_block(block);
        if (!read || read->origin == core::Origin::native || keeps_blocks_out_of_sight(type) ||
            (keeps_blocks_in_sight(type) && !untracking_is_seen))
        {
            return Answer::unseen;
        }
        if (table.find(block) != nullptr)
        {
            return Answer::watched;
        }
        if (table.is_full())
        {
            return Answer::no_more;
        }
        table.add({object, block, keeps_blocks_in_sight(type), false});
        return Answer::watched;
    }

    std::vector<Death> take_deaths()
    {
        std::vector<Death> taken = deaths;
        deaths.clear();
        return taken;
    }

    bool is_blind()
    {
        PyMemAllocatorEx current;
        PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &current);
        if (current.free == tried.free && current.ctx == tried.ctx)
        {
            return false;
        }
        const std::size_t before = made_count;
        const core::TutorScope scope;
        void* block = PyObject_Malloc(24);
        PyObject_Free(block);
        const bool seen = made_count != before;
        made_count = before;
        tried = seen ? current : PyMemAllocatorEx{};
        return !seen;
    }

    std::optional<bool> was_made_on_this_line(PyObject* object)
    {
        const void* block = start_of(object);
        const auto end = made.begin() + static_cast<std::ptrdiff_t>(std::min(made_count, most_made));
        if (std::find(made.begin(), end, block) != end)
        {
            return true;
        }
        const bool may_be_from_a_free_list =
            keeps_blocks_in_sight(Py_TYPE(object)) || keeps_blocks_out_of_sight(Py_TYPE(object));
        return may_be_from_a_free_list || made_count > most_made ? std::nullopt : std::optional(false);
    }

    void begin_line() { made_count = 0; }
}

// The linker sends the calls within a static Python here; another's are not seen, which untracking_is_seen tells.
extern "C"
{
    void __real_PyObject_GC_UnTrack(void* object);
    __attribute__((weak)) void __real__PyFloat_ExactDealloc(PyObject* object); // not there in a shared library

    void __wrap_PyObject_GC_UnTrack(void* object)
    {
        using namespace xmemory::cpython::object_watch;
        if (__builtin_expect(is_on, 0))
        {
            untracking_is_seen = true;
            if (Py_REFCNT(static_cast<PyObject*>(object)) == 0)
            {
                note_end_begun(static_cast<PyObject*>(object));
            }
        }
        __real_PyObject_GC_UnTrack(object);
    }

    void __wrap__PyFloat_ExactDealloc(PyObject* object)
    {
        using namespace xmemory::cpython::object_watch;
        if (__builtin_expect(is_on, 0))
        {
            note_end_begun(object);
        }
        __real__PyFloat_ExactDealloc(object);
    }
}
