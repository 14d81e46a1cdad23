// A bit for each word of the program's own data: a set of static objects, Python's among them where Python is linked into the program.
// Native memory. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

extern "C" char __data_start; // ld's, of the program itself
extern "C" char _end;

namespace xmemory::cpython
{
    class ProgramBits
    {
    public:
        bool covers(const void* address) const { return offset_of(address) < span(); }

        // Sets the address's bit; whether it was set before. Precondition: covers(address), which lies on a word's boundary.
        bool put(const void* address)
        {
            std::uint64_t& word = words_[offset_of(address) / bytes_a_word];
            const std::uint64_t bit = std::uint64_t{1} << offset_of(address) / sizeof(void*) % 64;
            const bool was_set = (word & bit) != 0;
            word |= bit;
            return was_set;
        }

    private:
        static constexpr std::size_t bytes_a_word = 64 * sizeof(void*); // of the program's data

        static std::uintptr_t start() { return reinterpret_cast<std::uintptr_t>(&__data_start) & ~(sizeof(void*) - 1); }
        static std::uintptr_t span() { return reinterpret_cast<std::uintptr_t>(&_end) - start(); }
        static std::uintptr_t offset_of(const void* address) { return reinterpret_cast<std::uintptr_t>(address) - start(); }

        std::vector<std::uint64_t> words_ = std::vector<std::uint64_t>(span() / bytes_a_word + 1);
    };
}
