// Where malloc's heap begins: never below 1 GiB. Linux puts it anywhere in the 1 GiB above a program that is linked at a fixed
// address (arch_randomize_brk). CPython keeps some addresses as ints, those of a class's subclasses for instance
// (Objects/typeobject.c, add_subclass; 3.11), and an int of 2^30 and more takes 4 bytes more than one below: the same notebook
// would need other bytes in another kernel. So the heap's begin is moved up by 1 GiB, and stays as random as it was.
//
// Runs before any constructor, also those of shared libraries (.preinit_array): glibc would count the stretch that is skipped as
// its own once it has a heap. Where the system refuses, all goes on as before.
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>

namespace
{
    constexpr std::uintptr_t distance = std::uintptr_t{1} << 30; // an int's digit has 30 bits
    constexpr std::intptr_t step = std::intptr_t{1} << 25;       // mapped at a time: the most that a limit can notice

    // RLIMIT_DATA counts from the first begin of the heap to its end, mapped or not (mm/mmap.c, check_data_rlimit).
    bool skipping_costs_nothing()
    {
        rlimit data{};
        return getrlimit(RLIMIT_DATA, &data) == 0 && data.rlim_cur == RLIM_INFINITY;
    }

    void move_heap_start()
    {
        const auto first = reinterpret_cast<std::uintptr_t>(sbrk(0));
        if (first >= distance || !skipping_costs_nothing())
        {
            return;
        }
        sbrk(static_cast<std::intptr_t>(-first % static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE)))); // old Linux
        for (std::uintptr_t skipped = 0; skipped < distance; skipped += step)
        {
            void* stretch = sbrk(step);
            if (stretch == reinterpret_cast<void*>(-1))
            {
                return;
            }
            munmap(stretch, step);
        }
    }

    __attribute__((section(".preinit_array"), used)) void (*before_all_constructors)() = move_heap_start;
}
