// Pages from the system for the core's own use: past the program's mmap, which counts what the learner's code maps
// (mapping_hooks.cpp). Any thread, with or without the GIL; as mmap(2) and munmap(2), errno included.
#pragma once

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

namespace xmemory::core::system_pages
{
    // Readable and writable, zeroed, of this process alone. more_flags: MAP_NORESERVE, MAP_FIXED or
    // MAP_FIXED_NOREPLACE. MAP_FAILED: refused.
    inline void* map(void* wanted, std::size_t bytes, int more_flags)
    {
        return reinterpret_cast<void*>(syscall(SYS_mmap, wanted, bytes, PROT_READ | PROT_WRITE,
                                               MAP_PRIVATE | MAP_ANONYMOUS | more_flags, -1, 0));
    }

    inline void unmap(void* address, std::size_t bytes) { syscall(SYS_munmap, address, bytes); }
}
