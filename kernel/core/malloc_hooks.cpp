// The whole seam to the C library: the malloc family as the program sees it, and pthread_create, which hands the maker on to
// the threads that the learner's code starts. Linked into an executable (or a preloaded library) it takes the place of glibc's.
// Any thread, with or without the GIL. Compile with -fno-builtin: the compiler must not reason about these names.
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "core/budget.hpp"
#include "core/malloc_block.hpp"
#include "core/scope.hpp"
#include "core/tally.hpp"

namespace core = xmemory::core;
namespace block = xmemory::core::malloc_block;
using core::Origin;

namespace
{
    bool is_power_of_two(std::size_t number) { return number != 0 && (number & (number - 1)) == 0; }

    struct ThreadStart
    {
        void* (*run)(void*);
        void* argument;
        core::MakerId maker;
        std::uint32_t cell_serial;
    };

    std::size_t stack_bytes(const pthread_attr_t* given)
    {
        std::size_t bytes = 0;
        pthread_attr_t usual;
        if (given != nullptr)
        {
            pthread_attr_getstacksize(given, &bytes);
        }
        else if (pthread_getattr_default_np(&usual) == 0)
        {
            pthread_attr_getstacksize(&usual, &bytes);
            pthread_attr_destroy(&usual);
        }
        return bytes;
    }

    void* run_as_started(void* start)
    {
        const ThreadStart given = *static_cast<ThreadStart*>(start);
        core::start_thread_as(core::tutor, 0);
        block::release(start);
        core::start_thread_as(given.maker, given.cell_serial);
        if (core::is_learner(given.maker) && core::on_learners_thread != nullptr)
        {
            core::on_learners_thread();
        }
        return given.run(given.argument);
    }
}

extern "C"
{
    void* malloc(std::size_t bytes) noexcept { return block::make(bytes, Origin::native); }

    void free(void* pointer) noexcept { block::release(pointer); }

    void* calloc(std::size_t number, std::size_t bytes) noexcept
    {
        std::size_t all = 0;
        if (__builtin_mul_overflow(number, bytes, &all))
        {
            errno = ENOMEM;
            return nullptr;
        }
        return block::make(all, Origin::native, true);
    }

    void* realloc(void* pointer, std::size_t bytes) noexcept
    {
        if (pointer != nullptr && bytes == 0) // glibc frees and gives nothing
        {
            block::release(pointer);
            return nullptr;
        }
        return block::resize(pointer, bytes, Origin::native);
    }

    void* reallocarray(void* pointer, std::size_t number, std::size_t bytes) noexcept
    {
        std::size_t all = 0;
        if (__builtin_mul_overflow(number, bytes, &all))
        {
            errno = ENOMEM;
            return nullptr;
        }
        return realloc(pointer, all);
    }

    // glibc rounds an alignment that is no power of two up to one (malloc/malloc.c, _mid_memalign).
    void* memalign(std::size_t alignment, std::size_t bytes) noexcept
    {
        std::size_t power = sizeof(void*);
        while (power < alignment && power != 0)
        {
            power <<= 1;
        }
        if (power == 0)
        {
            errno = EINVAL;
            return nullptr;
        }
        return block::make_aligned(power, bytes, Origin::native);
    }

    void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept { return memalign(alignment, bytes); }

    int posix_memalign(void** result, std::size_t alignment, std::size_t bytes) noexcept
    {
        if (!is_power_of_two(alignment) || alignment % sizeof(void*) != 0)
        {
            return EINVAL;
        }
        void* made = block::make_aligned(alignment, bytes, Origin::native);
        if (made == nullptr)
        {
            return ENOMEM;
        }
        *result = made;
        return 0;
    }

    void* valloc(std::size_t bytes) noexcept
    {
        return block::make_aligned(static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), bytes, Origin::native);
    }

    void* pvalloc(std::size_t bytes) noexcept
    {
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        std::size_t rounded = 0;
        if (__builtin_add_overflow(bytes, page - 1, &rounded))
        {
            errno = ENOMEM;
            return nullptr;
        }
        return block::make_aligned(page, rounded & ~(page - 1), Origin::native);
    }

    std::size_t malloc_usable_size(void* pointer) noexcept { return block::usable_size(pointer); }

    int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*), void* argument) noexcept
    {
        using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
        static const auto create = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
        const core::ThreadRecord& record = core::here();
        if (!core::budget::grants_addresses(stack_bytes(attributes)))
        {
            return EAGAIN;
        }
        const core::MakerId maker = record.maker;
        const bool hand_on = core::is_learner(maker);
        const std::uint32_t serial = hand_on ? core::serial_of_maker[maker].load(std::memory_order_relaxed) : 0;
        ThreadStart* start = nullptr;
        {
            core::TutorScope scope;
            start = static_cast<ThreadStart*>(block::make(sizeof(ThreadStart), Origin::native));
        }
        if (start == nullptr)
        {
            return EAGAIN;
        }
        *start = {run, argument, hand_on ? maker : core::tutor, serial};
        const int failure = create(thread, attributes, run_as_started, start);
        if (failure != 0)
        {
            block::release(start);
        }
        return failure;
    }
}
