// The other seam to the C library: mmap, munmap, mremap and mprotect as the program and its libraries call them. Each does the
// system's call and keeps the books of core/mappings.hpp. glibc's own inner calls (malloc's, threads' stacks, the loader's) do not
// come through here. Any thread, with or without the GIL; results and errno are the system's.
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdint>

#include "core/budget.hpp"
#include "core/mappings.hpp"

namespace budget = xmemory::core::budget;
namespace mappings = xmemory::core::mappings;
using mappings::Range;

namespace
{
    constexpr std::size_t page = 4096; // x86-64

    Range pages(const void* address, std::size_t bytes)
    {
        const auto begin = reinterpret_cast<std::uintptr_t>(address);
        return {begin, begin + ((bytes + page - 1) & ~(page - 1))};
    }

    bool is_accessible(int protection) { return (protection & (PROT_READ | PROT_WRITE)) != 0; }

    void* refuse()
    {
        errno = ENOMEM;
        return MAP_FAILED;
    }

    // Memory counts for the limit when it can be touched; other mappings only take addresses.
    bool grants(std::size_t bytes, int protection, int flags)
    {
        if (mappings::serial_here() == 0)
        {
            return true;
        }
        if ((flags & MAP_ANONYMOUS) != 0 && is_accessible(protection))
        {
            return budget::grants_mapping(bytes);
        }
        return (flags & MAP_FIXED) != 0 || budget::grants_addresses(bytes);
    }

    void* failed_unless(const mappings::Taken& taken)
    {
        if (taken.any)
        {
            mappings::lose(); // what the system did before it gave up is not told
        }
        return MAP_FAILED;
    }
}

extern "C"
{
    void* mmap(void* wanted, std::size_t bytes, int protection, int flags, int file, off_t offset) noexcept
    {
        if (!grants(bytes, protection, flags))
        {
            return refuse();
        }
        const bool replaces = (flags & MAP_FIXED) != 0;
        const mappings::Taken taken = replaces ? mappings::take_out(pages(wanted, bytes)) : mappings::Taken{};
        const long result = syscall(SYS_mmap, wanted, bytes, protection, flags, file, offset);
        if (result == -1)
        {
            return failed_unless(taken);
        }
        mappings::count_unmapped_earlier(taken.earlier_bytes);
        void* got = reinterpret_cast<void*>(result);
        if ((flags & MAP_ANONYMOUS) != 0)
        {
            if (const std::uint32_t serial = mappings::serial_here(); serial != 0)
            {
                mappings::add(pages(got, bytes), serial, {is_accessible(protection), (flags & MAP_SHARED) != 0});
            }
        }
        return got;
    }

    void* mmap64(void* wanted, std::size_t bytes, int protection, int flags, int file, off64_t offset) noexcept
    {
        return mmap(wanted, bytes, protection, flags, file, offset);
    }

    int munmap(void* address, std::size_t bytes) noexcept
    {
        if (bytes == 0 || reinterpret_cast<std::uintptr_t>(address) % page != 0)
        {
            errno = EINVAL;
            return -1;
        }
        const mappings::Taken taken = mappings::take_out(pages(address, bytes));
        if (syscall(SYS_munmap, address, bytes) != 0)
        {
            failed_unless(taken);
            return -1;
        }
        mappings::count_unmapped_earlier(taken.earlier_bytes);
        return 0;
    }

    int mprotect(void* address, std::size_t bytes, int protection) noexcept
    {
        const std::int64_t reserved = is_accessible(protection) ? mappings::bytes_in(pages(address, bytes)).reserved : 0;
        if (reserved != 0 && !budget::grants_mapping(static_cast<std::size_t>(reserved)))
        {
            errno = ENOMEM;
            return -1;
        }
        const int result = static_cast<int>(syscall(SYS_mprotect, address, bytes, protection));
        if (result == 0)
        {
            mappings::change_access(pages(address, bytes), is_accessible(protection));
        }
        return result;
    }

    void* mremap(void* address, std::size_t old_bytes, std::size_t new_bytes, int flags, ...) noexcept
    {
        void* wanted = nullptr;
        if ((flags & MREMAP_FIXED) != 0)
        {
            std::va_list more;
            va_start(more, flags);
            wanted = va_arg(more, void*);
            va_end(more);
        }
        if (new_bytes > old_bytes && mappings::bytes_in(pages(address, old_bytes)).memory != 0 &&
            !budget::grants_mapping(new_bytes - old_bytes))
        {
            return refuse();
        }
        const mappings::Taken replaced =
            wanted != nullptr ? mappings::take_out(pages(wanted, new_bytes)) : mappings::Taken{};
        const mappings::Taken moved = mappings::take_out(pages(address, old_bytes));
        const long result = syscall(SYS_mremap, address, old_bytes, new_bytes, flags, wanted);
        if (result == -1)
        {
            if (moved.any) // it is where it was
            {
                mappings::add(pages(address, old_bytes), moved.serial, moved.kind);
            }
            return failed_unless(replaced);
        }
        mappings::count_unmapped_earlier(replaced.earlier_bytes + moved.earlier_bytes);
        void* got = reinterpret_cast<void*>(result);
        if (moved.any)
        {
            const std::uint32_t serial = mappings::serial_here();
            mappings::add(pages(got, new_bytes), serial != 0 ? serial : moved.serial, moved.kind);
            constexpr int leaves_the_old = 4; // MREMAP_DONTUNMAP, Linux 5.7
            if ((flags & leaves_the_old) != 0)
            {
                mappings::add(pages(address, old_bytes), moved.serial, moved.kind);
            }
        }
        return got;
    }
}
