#include "cpython/allocator_hooks.hpp"

#include <Python.h>

#include <cstdlib>

#include "core/scope.hpp"
#include "core/zone.hpp"
#include "cpython/block.hpp"
#include "cpython/pymalloc.hpp"
#include "cpython/raw_hooks.hpp"
#include "cpython/small_hooks.hpp"

namespace xmemory::cpython
{
    namespace
    {
        using core::Origin;
        namespace zone = core::zone;

        // An arena is asked for in the middle of a small block's request, a chunk of the frames' data stack never is
        // (Objects/obmalloc.c, new_arena; Python/pystate.c, allocate_chunk; 3.11).
        void* arena_map(void*, std::size_t bytes)
        {
            return zone::map(bytes, core::here().in_pymalloc ? zone::Use::arena : zone::Use::chunk);
        }

        void arena_unmap(void*, void* arena, std::size_t bytes) { zone::unmap(arena, bytes); }

        std::int64_t blocks_made(Origin origin)
        {
            return core::here().tallies[core::tutor].made[static_cast<int>(origin)].blocks.read();
        }

        std::size_t asked_bytes(void* block)
        {
            const auto read = read_block(block);
            return read ? read->asked_bytes : 0;
        }

        // Whether a block of 24 bytes, made and freed by these two, is booked as just that. Others may be booked beside it:
        // tracemalloc, which calls our hooks in turn, keeps its own books in malloc.
        template <typename Make, typename Free>
        bool sees(Origin origin, Make make, Free release)
        {
            constexpr std::size_t asked = 24;
            const std::int64_t blocks = blocks_made(origin);
            void* volatile block = make(asked); // volatile: a pair of malloc and free must not be optimised away
            const bool seen = block != nullptr && blocks_made(origin) > blocks &&
                              zone::in_zone(block) == (origin == Origin::python_small) && asked_bytes(block) == asked;
            release(block);
            return seen;
        }
    }

    void install_allocator_hooks()
    {
        raw_hooks::install();
        PyObjectArenaAllocator arenas{nullptr, arena_map, arena_unmap};
        PyObject_SetArenaAllocator(&arenas);
        small_hooks::install();
    }

    std::optional<std::string> why_hooks_are_blind()
    {
        core::TutorScope scope;
        if (!sees(Origin::python_small, PyObject_Malloc, PyObject_Free))
        {
            return "something has replaced or wrapped Python's object allocator";
        }
        if (!sees(Origin::python_small, PyMem_Malloc, PyMem_Free))
        {
            return "something has replaced or wrapped Python's memory allocator";
        }
        if (!sees(Origin::python_large, PyMem_RawMalloc, PyMem_RawFree))
        {
            return "something has replaced or wrapped Python's raw allocator";
        }
        if (!sees(Origin::native, std::malloc, std::free))
        {
            return "something has replaced the C library's malloc";
        }
        return std::nullopt;
    }

    std::optional<std::string> why_layout_is_unknown()
    {
        core::TutorScope scope;
        for (std::size_t asked = 1; asked <= pymalloc::largest_small; ++asked)
        {
            void* block = PyObject_Malloc(asked);
            const bool known = zone::in_zone(block) && pymalloc::class_size_of(block) == pymalloc::class_size_for(asked);
            PyObject_Free(block);
            if (!known)
            {
                return "this Python lays out its small blocks in a way that we do not know (size " + std::to_string(asked) +
                       ")";
            }
        }
        return std::nullopt;
    }
}
