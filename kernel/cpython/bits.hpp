// The bits of an array of words. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace xmemory::cpython
{
    // Calls visit(index) for each bit that is set in some words.
    template <typename Visit>
    void for_each_bit(const std::uint64_t* words, std::size_t count, Visit visit)
    {
        for (std::size_t index = 0; index < count; ++index)
        {
            for (std::uint64_t word = words[index]; word != 0; word &= word - 1)
            {
                visit(index * 64 + static_cast<std::size_t>(__builtin_ctzll(word)));
            }
        }
    }
}
