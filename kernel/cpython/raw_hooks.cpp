#include "cpython/raw_hooks.hpp"

#include "core/malloc_block.hpp"
#include "core/scope.hpp"
#include "cpython/installed.hpp"
#include "cpython/pymalloc.hpp"

namespace xmemory::cpython::raw_hooks
{
    namespace
    {
        namespace malloc_block = core::malloc_block;
        using core::Origin;

        // pymalloc's own books (the array of arenas, the nodes of its address tree) grow in the middle of somebody's request:
        // they are not what was asked for, and belong to nobody's cell.
        bool is_pymallocs_own(std::size_t bytes) { return core::here().in_pymalloc && bytes > pymalloc::largest_small; }

        void* hook_calloc(void*, std::size_t number, std::size_t bytes)
        {
            if (is_pymallocs_own(number * bytes))
            {
                const core::TutorScope scope;
                return malloc_block::make(number * bytes, Origin::python_large, true);
            }
            return malloc_block::make(number * bytes, Origin::python_large, true);
        }

        void* hook_realloc(void*, void* block, std::size_t bytes)
        {
            if (is_pymallocs_own(bytes))
            {
                const core::TutorScope scope;
                return malloc_block::resize(block, bytes, Origin::python_large);
            }
            return malloc_block::resize(block, bytes, Origin::python_large);
        }

        void hook_free(void*, void* block) { malloc_block::release(block); }

        constexpr PyMemAllocatorEx nothing{};
    }

    const PyMemAllocatorEx* installed_raw = &nothing;

    void* hook_malloc(void*, std::size_t bytes) { return malloc_block::make(bytes, Origin::python_large); }

    void install()
    {
        PyMemAllocatorEx hooks{nullptr, hook_malloc, hook_calloc, hook_realloc, hook_free};
        PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &hooks);
        installed_raw = installed(hooks, nothing);
    }
}
