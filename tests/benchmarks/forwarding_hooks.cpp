// Hooks that only call through, where the kernel has its own: on CPython's RAW, MEM, OBJ and arena allocators, and a malloc family
// in the program. They book nothing; what they cost is the floor under any accounting by hooks.
// Linked in, they are in place before main. Any thread, with or without the GIL. Compile with -fno-builtin.
#include <Python.h>

#include <cerrno>
#include <cstddef>

extern "C"
{
    void* __libc_malloc(std::size_t);
    void* __libc_calloc(std::size_t, std::size_t);
    void* __libc_realloc(void*, std::size_t);
    void* __libc_memalign(std::size_t, std::size_t);
    void __libc_free(void*);

    // What is not here (reallocarray, valloc, pvalloc, malloc_usable_size) is glibc's own, on the same heap.
    void* malloc(std::size_t bytes) noexcept { return __libc_malloc(bytes); }
    void* calloc(std::size_t number, std::size_t bytes) noexcept { return __libc_calloc(number, bytes); }
    void* realloc(void* block, std::size_t bytes) noexcept { return __libc_realloc(block, bytes); }
    void free(void* block) noexcept { __libc_free(block); }
    void* memalign(std::size_t alignment, std::size_t bytes) noexcept { return __libc_memalign(alignment, bytes); }
    void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept { return __libc_memalign(alignment, bytes); }

    int posix_memalign(void** result, std::size_t alignment, std::size_t bytes) noexcept
    {
        if (alignment % sizeof(void*) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0)
        {
            return EINVAL;
        }
        void* made = __libc_memalign(alignment, bytes);
        if (made == nullptr)
        {
            return ENOMEM;
        }
        *result = made;
        return 0;
    }
}

namespace
{
    PyMemAllocatorEx next_raw;
    PyMemAllocatorEx next_mem;
    PyMemAllocatorEx next_obj;
    PyObjectArenaAllocator next_arenas;

    void* forward_malloc(void* context, std::size_t bytes)
    {
        const auto* next = static_cast<PyMemAllocatorEx*>(context);
        return next->malloc(next->ctx, bytes);
    }

    void* forward_calloc(void* context, std::size_t number, std::size_t bytes)
    {
        const auto* next = static_cast<PyMemAllocatorEx*>(context);
        return next->calloc(next->ctx, number, bytes);
    }

    void* forward_realloc(void* context, void* block, std::size_t bytes)
    {
        const auto* next = static_cast<PyMemAllocatorEx*>(context);
        return next->realloc(next->ctx, block, bytes);
    }

    void forward_free(void* context, void* block)
    {
        const auto* next = static_cast<PyMemAllocatorEx*>(context);
        next->free(next->ctx, block);
    }

    void* forward_map(void* context, std::size_t bytes)
    {
        const auto* next = static_cast<PyObjectArenaAllocator*>(context);
        return next->alloc(next->ctx, bytes);
    }

    void forward_unmap(void* context, void* arena, std::size_t bytes)
    {
        const auto* next = static_cast<PyObjectArenaAllocator*>(context);
        next->free(next->ctx, arena, bytes);
    }

    void go_before(PyMemAllocatorDomain domain, PyMemAllocatorEx& next)
    {
        PyMem_GetAllocator(domain, &next);
        PyMemAllocatorEx ours{&next, forward_malloc, forward_calloc, forward_realloc, forward_free};
        PyMem_SetAllocator(domain, &ours);
    }

    // The tables that these write are CPython's constants until then (Objects/obmalloc.c, 3.11), so it may be this early.
    __attribute__((constructor)) void install_forwarding_hooks()
    {
        go_before(PYMEM_DOMAIN_RAW, next_raw);
        go_before(PYMEM_DOMAIN_MEM, next_mem);
        go_before(PYMEM_DOMAIN_OBJ, next_obj);
        PyObject_GetArenaAllocator(&next_arenas);
        PyObjectArenaAllocator arenas{&next_arenas, forward_map, forward_unmap};
        PyObject_SetArenaAllocator(&arenas);
    }
}
