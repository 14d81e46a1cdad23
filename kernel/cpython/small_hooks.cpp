#include "cpython/small_hooks.hpp"

#include <Python.h>

#include <algorithm>
#include <cstring>

#include "core/budget.hpp"
#include "core/malloc_block.hpp"
#include "core/scope.hpp"
#include "core/zone.hpp"
#include "cpython/installed.hpp"
#include "cpython/passed_on.hpp"
#include "cpython/pymalloc.hpp"
#include "cpython/raw_hooks.hpp"
#include "cpython/used_pools.hpp"

namespace xmemory::cpython::small_hooks
{
    namespace
    {
        using core::Origin;
        namespace zone = core::zone;

        // CPython's own, which ours call.
        PyMemAllocatorEx next_mem;
        PyMemAllocatorEx next_obj;

        inline pymalloc::PoolHeader* header_of(void* block)
        {
            return reinterpret_cast<pymalloc::PoolHeader*>(const_cast<char*>(pymalloc::pool_of(block)));
        }

        // asked ≤ the block's size class.
        void book_small(core::ThreadRecord& record, void* block, std::size_t asked, std::size_t class_size)
        {
            const std::size_t slack = class_size - asked;
            core::write_tag(zone::tag_of(block), core::tag_maker_of(record.maker), slack, class_size);
            core::count_made(record, Origin::python_small, asked, slack);
        }

        // 1 to 512 bytes; larger requests, and those of 0 bytes, CPython passes on to the RAW domain, where they are booked.
        constexpr bool is_small(std::size_t bytes) { return bytes - 1 < pymalloc::largest_small; }

        // Past the small-object allocator, which would pass it on (Objects/obmalloc.c, _PyObject_Malloc), to our hook there.
        bool can_pass_on() { return passed_on::count != nullptr && raw_hooks::are_in_place(); }

        inline void* malloc_not_small(const PyMemAllocatorEx* next, std::size_t bytes)
        {
            if (__builtin_expect(!can_pass_on(), 0))
            {
                return next->malloc(next->ctx, bytes);
            }
            void* block = core::malloc_block::make(bytes, Origin::python_large);
            *passed_on::count += block != nullptr;
            return block;
        }

        inline void free_not_small(const PyMemAllocatorEx* next, void* block)
        {
            if (__builtin_expect(!can_pass_on(), 0))
            {
                return next->free(next->ctx, block);
            }
            *passed_on::count -= block != nullptr;
            core::malloc_block::release(block);
        }

        // A block of the pools from CPython; it may not have one, and takes it from the RAW domain as well.
        __attribute__((noinline)) void* malloc_by_python(const PyMemAllocatorEx* next, std::size_t bytes)
        {
            core::ThreadRecord& record = core::here();
            record.in_pymalloc = true;
            void* block = next->malloc(next->ctx, bytes);
            record.in_pymalloc = false;
            if (zone::in_zone(block))
            {
                book_small(record, block, bytes, pymalloc::class_size_for(bytes));
                core::budget::count_pool(record, pymalloc::pool_size);
            }
            return block;
        }

        __attribute__((noinline)) void* malloc_by_anybody(const PyMemAllocatorEx* next, std::size_t bytes)
        {
            if (!is_small(bytes))
            {
                return next->malloc(next->ctx, bytes);
            }
            void* block = used_pools::are_found() ? used_pools::take_last((bytes - 1) / pymalloc::class_step) : nullptr;
            if (block == nullptr)
            {
                return malloc_by_python(next, bytes);
            }
            book_small(core::here(), block, bytes, pymalloc::class_size_for(bytes));
            return block;
        }

        bool works_for_active_maker(const core::ThreadRecord& record) { return record.learner_tag == core::active_cell.tag; }

        void book_small_by_cell(core::ThreadRecord& record, void* block, std::size_t asked)
        {
            const std::size_t slack = -asked % core::granule;
            core::write_tag(zone::tag_of(block), record.learner_tag, slack, asked + slack);
            core::count_small_made(record, asked);
        }

        __attribute__((noinline)) void* malloc_last_by_cell(const PyMemAllocatorEx* next, std::size_t bytes)
        {
            void* block = used_pools::take_last((bytes - 1) / pymalloc::class_step);
            if (block == nullptr)
            {
                return malloc_by_python(next, bytes);
            }
            book_small_by_cell(*core::thread_record, block, bytes);
            core::budget::look_when_pool_is_full();
            return block;
        }

        // malloc_by_anybody for a thread that works for the active maker, as most calls do. No call in it comes back, so no
        // register has to be saved.
        inline void* malloc_by_cell(const PyMemAllocatorEx* next, std::size_t bytes)
        {
            if (!is_small(bytes))
            {
                return malloc_not_small(next, bytes);
            }
            core::ThreadRecord& record = *core::thread_record;
            if (__builtin_expect(!works_for_active_maker(record), 0))
            {
                return malloc_by_anybody(next, bytes);
            }
            void* block = used_pools::take((bytes - 1) / pymalloc::class_step);
            if (__builtin_expect(block == nullptr, 0))
            {
                return malloc_last_by_cell(next, bytes);
            }
            book_small_by_cell(record, block, bytes);
            return block;
        }

        void release_unbooked(const PyMemAllocatorEx* next, void* block)
        {
            if (!zone::in_zone(block) || !used_pools::are_found() || !used_pools::put_first(header_of(block), block))
            {
                next->free(next->ctx, block);
            }
        }

        __attribute__((noinline)) void free_by_anybody(const PyMemAllocatorEx* next, void* block)
        {
            if (zone::in_zone(block))
            {
                const std::size_t class_size = pymalloc::class_size_of(block);
                const core::SmallBlock small = core::read_tag(zone::tag_of(block), class_size);
                core::count_freed(core::here(), small.maker, Origin::python_small, class_size - small.slack, small.slack);
            }
            release_unbooked(next, block);
        }

        __attribute__((noinline)) void free_first_by_cell(const PyMemAllocatorEx* next, void* block, std::size_t asked)
        {
            core::count_small_freed(*core::thread_record, asked);
            release_unbooked(next, block);
        }

        // Likewise: free_by_anybody for what the active maker made.
        inline void free_by_cell(const PyMemAllocatorEx* next, void* block)
        {
            if (!zone::in_zone(block))
            {
                return free_not_small(next, block);
            }
            core::ThreadRecord& record = *core::thread_record;
            if (__builtin_expect(!works_for_active_maker(record), 0))
            {
                return free_by_anybody(next, block);
            }
            const core::TagMaker slack = *zone::tag_of(block) ^ record.learner_tag; // more than that for other makers' blocks
            if (__builtin_expect(slack >= core::far_slack, 0))
            {
                return free_by_anybody(next, block);
            }
            pymalloc::PoolHeader* pool = header_of(block);
            const std::size_t asked = pymalloc::class_size_of(block) - slack;
            if (__builtin_expect(!used_pools::put(pool, block), 0))
            {
                return free_first_by_cell(next, block, asked);
            }
            core::count_small_freed(record, asked);
        }

        // The block at another place, with as much of what was in it as fits; the old one is no longer booked.
        void* move(const PyMemAllocatorEx* next, void* old, std::size_t old_size, std::size_t bytes)
        {
            void* block = malloc_by_anybody(next, bytes);
            if (block != nullptr)
            {
                std::memcpy(block, old, std::min(old_size, bytes));
                release_unbooked(next, old);
            }
            return block;
        }

        // The old block is booked as freed first, so that its copy is not a peak; it may be booked again when that fails.
        void* realloc_small(const PyMemAllocatorEx* next, void* old, std::size_t bytes)
        {
            const std::size_t class_size = pymalloc::class_size_of(old);
            const core::SmallBlock small = core::read_tag(zone::tag_of(old), class_size);
            const std::size_t asked = class_size - small.slack;
            core::ThreadRecord& record = core::here();
            core::count_freed(record, small.maker, Origin::python_small, asked, small.slack);
            if (bytes <= class_size && 4 * bytes > 3 * class_size) // it may stay (Objects/obmalloc.c, pymalloc_realloc)
            {
                book_small(record, old, bytes, class_size);
                return old;
            }
            void* block = move(next, old, class_size, bytes);
            if (block == nullptr)
            {
                core::count_not_freed(record, small.maker, Origin::python_small, asked, small.slack);
            }
            return block;
        }

        const PyMemAllocatorEx* next_of(void* context) { return static_cast<PyMemAllocatorEx*>(context); }

        void* hook_malloc(void* context, std::size_t bytes) { return malloc_by_cell(next_of(context), bytes); }

        void* hook_malloc_without_pools(void* context, std::size_t bytes)
        {
            return malloc_by_anybody(next_of(context), bytes);
        }

        void* hook_calloc(void* context, std::size_t number, std::size_t bytes)
        {
            const PyMemAllocatorEx* next = next_of(context);
            const std::size_t all = number * bytes; // fits: Objects/obmalloc.c, PyObject_Calloc
            if (all > pymalloc::largest_small)
            {
                return next->calloc(next->ctx, number, bytes); // the RAW domain's
            }
            void* block = malloc_by_anybody(next, all);
            return block == nullptr ? nullptr : std::memset(block, 0, all);
        }

        void* hook_realloc(void* context, void* old, std::size_t bytes)
        {
            const PyMemAllocatorEx* next = next_of(context);
            if (old == nullptr)
            {
                return malloc_by_anybody(next, bytes);
            }
            return zone::in_zone(old) ? realloc_small(next, old, bytes) : next->realloc(next->ctx, old, bytes);
        }

        void hook_free(void* context, void* block) { free_by_cell(next_of(context), block); }

        void hook_free_without_pools(void* context, void* block) { free_by_anybody(next_of(context), block); }

        // What CPython's domains hold now, while it is ours; otherwise nothing.
        constexpr PyMemAllocatorEx nothing{};
        const PyMemAllocatorEx* installed_mem = &nothing;
        const PyMemAllocatorEx* installed_obj = &nothing;

        PyMemAllocatorEx hooks_before(PyMemAllocatorEx& next)
        {
            const bool pools = used_pools::are_found();
            return {&next, pools ? hook_malloc : hook_malloc_without_pools, hook_calloc, hook_realloc,
                    pools ? hook_free : hook_free_without_pools};
        }

        void install_both()
        {
            PyMemAllocatorEx mem = hooks_before(next_mem);
            PyMemAllocatorEx obj = hooks_before(next_obj);
            PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &mem);
            PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &obj);
            if (used_pools::are_found())
            {
                installed_mem = installed(mem, nothing);
                installed_obj = installed(obj, nothing);
            }
        }
    }

    void install()
    {
        PyMem_GetAllocator(PYMEM_DOMAIN_MEM, &next_mem);
        PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &next_obj);
        install_both();
        passed_on::find(PyObject_Malloc, PyObject_Free);
        used_pools::find(PyObject_Malloc, PyObject_Free);
        install_both(); // with the pools, where they were found
    }
}

// The linker sends the calls within a static Python here: past PyObject_Malloc's own dispatch, as long as that would end at
// our hooks. Calls from extension modules take the usual way.
extern "C"
{
    void* __real_PyObject_Malloc(std::size_t bytes);
    void __real_PyObject_Free(void* block);
    void* __real_PyMem_Malloc(std::size_t bytes);
    void __real_PyMem_Free(void* block);

    void* __wrap_PyObject_Malloc(std::size_t bytes)
    {
        using namespace xmemory::cpython::small_hooks;
        return __builtin_expect(installed_obj->malloc == hook_malloc, 1) ? malloc_by_cell(&next_obj, bytes)
                                                                         : __real_PyObject_Malloc(bytes);
    }

    void __wrap_PyObject_Free(void* block)
    {
        using namespace xmemory::cpython::small_hooks;
        return __builtin_expect(installed_obj->free == hook_free, 1) ? free_by_cell(&next_obj, block)
                                                                     : __real_PyObject_Free(block);
    }

    void* __wrap_PyMem_Malloc(std::size_t bytes)
    {
        using namespace xmemory::cpython::small_hooks;
        return __builtin_expect(installed_mem->malloc == hook_malloc, 1) ? malloc_by_cell(&next_mem, bytes)
                                                                         : __real_PyMem_Malloc(bytes);
    }

    void __wrap_PyMem_Free(void* block)
    {
        using namespace xmemory::cpython::small_hooks;
        return __builtin_expect(installed_mem->free == hook_free, 1) ? free_by_cell(&next_mem, block)
                                                                     : __real_PyMem_Free(block);
    }
}
