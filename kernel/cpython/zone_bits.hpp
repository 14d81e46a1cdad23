// A bit for each granule of the arena zone, as far as it is used when they are made: a set of objects, or of blocks. Native memory, of
// which only the pages that are written to exist. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "core/zone.hpp"
#include "cpython/bits.hpp"

namespace xmemory::cpython
{
    class ZoneBits
    {
    public:
        // All 0. Throws std::bad_alloc where the system refuses.
        ZoneBits()
            : span_(core::zone::used_span()),
              words_(static_cast<std::uint64_t*>(std::calloc(span_ / bytes_a_word + 1, sizeof(std::uint64_t))))
        {
            if (!words_)
            {
                throw std::bad_alloc();
            }
        }

        bool covers(const void* address) const { return offset_of(address) < span_; }

        // Preconditions of those below: covers(address).

        // Sets the address's bit; whether it was set before.
        bool put(const void* address)
        {
            std::uint64_t& word = word_of(address);
            const std::uint64_t bit = bit_of(address);
            const bool was_set = (word & bit) != 0;
            word |= bit;
            return was_set;
        }

        // Takes the address's bit away; whether it was set before.
        bool take(const void* address)
        {
            std::uint64_t& word = word_of(address);
            const std::uint64_t bit = bit_of(address);
            const bool was_set = (word & bit) != 0;
            word &= ~bit;
            return was_set;
        }

        // Calls visit(const void*) for each address whose bit is set, in their order.
        template <typename Visit>
        void for_each(Visit visit) const
        {
            const auto* base = reinterpret_cast<const char*>(core::zone::base);
            for_each_bit(words_.get(), span_ / bytes_a_word,
                         [&](std::size_t granule) { visit(base + granule * core::granule); });
        }

        static constexpr std::size_t bytes_a_word = 64 * core::granule; // of the zone

        // The 64 bits of the granules from the address on, which lies on a boundary of bytes_a_word; the next ones follow.
        std::uint64_t& word_of(const void* address) { return words_.get()[offset_of(address) / bytes_a_word]; }
        const std::uint64_t& word_of(const void* address) const { return words_.get()[offset_of(address) / bytes_a_word]; }

    private:
        struct Free
        {
            void operator()(std::uint64_t* words) const { std::free(words); }
        };

        static std::uintptr_t offset_of(const void* address)
        {
            return reinterpret_cast<std::uintptr_t>(address) - core::zone::base;
        }
        static std::uint64_t bit_of(const void* address)
        {
            return std::uint64_t{1} << offset_of(address) / core::granule % 64;
        }

        std::size_t span_;
        std::unique_ptr<std::uint64_t, Free> words_;
    };
}
