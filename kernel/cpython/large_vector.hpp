// Vectors for the tables of a walk over the heap: where they are large, their memory comes from the system in pages as large as it has
// (transparent huge pages), since a million small ones cost as much as the walk, and for as long as the table lives. Small ones are
// malloc's. Throws std::bad_alloc where there is none.
#pragma once

#include <cstddef>
#include <vector>

namespace xmemory::cpython
{
    namespace large_memory
    {
        // Zeroed where it comes from the system. give_back: with the bytes that were taken.
        void* take(std::size_t bytes);
        void give_back(void* memory, std::size_t bytes) noexcept;

        // Of the system only, zeroed, of which only the pages that are written to exist; nullptr where it refuses.
        void* map(std::size_t bytes) noexcept;
        void unmap(void* memory, std::size_t bytes) noexcept;
    }

    template <typename T>
    struct LargeAllocator
    {
        using value_type = T;

        LargeAllocator() = default;
        template <typename Other>
        LargeAllocator(const LargeAllocator<Other>&)
        {}

        T* allocate(std::size_t count) { return static_cast<T*>(large_memory::take(count * sizeof(T))); }
        void deallocate(T* memory, std::size_t count) noexcept { large_memory::give_back(memory, count * sizeof(T)); }

        friend bool operator==(const LargeAllocator&, const LargeAllocator&) { return true; }
        friend bool operator!=(const LargeAllocator&, const LargeAllocator&) { return false; }
    };

    template <typename T>
    using LargeVector = std::vector<T, LargeAllocator<T>>;
}
