#include "cpython/large_vector.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>

#include "core/system_pages.hpp"

namespace xmemory::cpython::large_memory
{
    namespace
    {
        constexpr std::size_t huge_page = std::size_t{2} << 20;
        constexpr std::size_t large = 2 * huge_page;

        std::size_t whole_pages(std::size_t bytes) { return (bytes + huge_page - 1) & ~(huge_page - 1); }
    }

    // On a huge page's boundary: what lies before and behind it in a longer mapping goes back.
    void* map(std::size_t bytes) noexcept
    {
        const std::size_t wanted = whole_pages(bytes);
        void* mapping = core::system_pages::map(nullptr, wanted + huge_page, MAP_NORESERVE);
        if (mapping == MAP_FAILED)
        {
            return nullptr;
        }
        char* begin = static_cast<char*>(mapping);
        const std::size_t before =
            whole_pages(reinterpret_cast<std::uintptr_t>(begin)) - reinterpret_cast<std::uintptr_t>(begin);
        if (before != 0)
        {
            core::system_pages::unmap(begin, before);
        }
        core::system_pages::unmap(begin + before + wanted, huge_page - before);
        if (bytes >= large)
        {
            madvise(begin + before, wanted, MADV_HUGEPAGE); // a kernel without them says no, and small ones do
        }
        return begin + before;
    }

    void unmap(void* memory, std::size_t bytes) noexcept { core::system_pages::unmap(memory, whole_pages(bytes)); }

    void* take(std::size_t bytes)
    {
        void* memory = bytes < large ? std::malloc(bytes) : map(bytes);
        if (memory == nullptr)
        {
            throw std::bad_alloc();
        }
        return memory;
    }

    void give_back(void* memory, std::size_t bytes) noexcept { bytes < large ? std::free(memory) : unmap(memory, bytes); }
}
