#include "core/malloc_block.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "core/budget.hpp"
#include "core/tally.hpp"

extern "C"
{
    void* __libc_malloc(std::size_t) noexcept;
    void* __libc_calloc(std::size_t, std::size_t) noexcept;
    void* __libc_realloc(void*, std::size_t) noexcept;
    void* __libc_memalign(std::size_t, std::size_t) noexcept;
    void __libc_free(void*) noexcept;
}

namespace xmemory::core::malloc_block
{
    namespace
    {
        struct Header
        {
            std::uint64_t asked_and_stamp; // asked bytes: 50 bits, maker: 12, origin: 2
            std::uint64_t seal;            // check word: 32 bits, life of the maker's number: 16, how far glibc's block begins: 16

            std::size_t asked() const { return asked_and_stamp & ((std::uint64_t{1} << 50) - 1); }
            MakerId maker() const { return asked_and_stamp >> 50 & 0xFFF; }
            Origin origin() const { return static_cast<Origin>(asked_and_stamp >> 62); }
            // The block lies that many bytes after what glibc gave; a plain block just those of the header.
            std::size_t offset() const { return sizeof(Header) << (seal >> 48); }
            bool is_plain() const { return seal >> 48 == 0; }
        };
        static_assert(sizeof(Header) == header_bytes, "the header keeps malloc's alignment");

        std::uint64_t stamp_of(MakerId maker, Origin origin)
        {
            return std::uint64_t{maker} << 50 | static_cast<std::uint64_t>(origin) << 62;
        }

        constexpr std::size_t plain = sizeof(Header);

        // Which life of a maker's number a header was written in (see disown), where it stands in the seal.
        constexpr std::uint64_t one_life = std::uint64_t{1} << 32;
        constexpr std::uint64_t life_bits = 0xFFFF * one_life;
        std::uint64_t life_of[maker_count];

        // Tells our blocks from any other pointer: depends on the address, so that a copied header does not pass.
        std::uint32_t check_word(const void* block)
        {
            return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(block) >> 4) ^ 0x6D656D6F;
        }

        // Of a plain block of that maker's present life.
        std::uint64_t seal_of(const void* block, MakerId maker) { return check_word(block) | life_of[maker]; }

        Header* header_of(void* block) { return static_cast<Header*>(block) - 1; }

        bool is_ours(const Header* header) { return static_cast<std::uint32_t>(header->seal) == check_word(header + 1); }

        char* start_of(Header* header) { return reinterpret_cast<char*>(header + 1) - header->offset(); }

        MakerId maker_of(const Header* header)
        {
            const MakerId maker = header->maker();
            if (__builtin_expect((header->seal & life_bits) == life_of[maker], 1))
            {
                return maker;
            }
            return is_learner(maker) ? earlier_cells : earlier_sources;
        }

        // glibc's own malloc_usable_size cannot be called, since its name is ours; the size stands before the block
        // (malloc/malloc.c, glibc 2.36: musable; bit 1 marks a block with a mapping of its own).
        std::size_t usable_size_of_glibc(const void* start)
        {
            const std::size_t field = static_cast<const std::size_t*>(start)[-1];
            const bool mapped = field & 2;
            return (field & ~std::size_t{7}) - 8 - 8 * mapped;
        }

        std::atomic<std::int64_t> alignment_total{0};

        // As alignment_bytes, of one block. The field before a mapping's size says how far into it the block begins
        // (malloc/malloc.c, glibc 2.36: _int_memalign).
        std::int64_t alignment_bytes_of(Header* header)
        {
            const auto* field = reinterpret_cast<const std::size_t*>(start_of(header));
            const bool mapped = field[-1] & 2;
            return static_cast<std::int64_t>(header->offset() - sizeof(Header) + (mapped ? field[-2] : 0));
        }

        void count_alignment(Header* header, int direction)
        {
            if (!header->is_plain())
            {
                alignment_total.fetch_add(direction * alignment_bytes_of(header), std::memory_order_relaxed);
            }
        }

        std::size_t usable_after_header(Header* header)
        {
            return usable_size_of_glibc(start_of(header)) - header->offset();
        }

        std::size_t slack_of(Header* header) { return usable_after_header(header) - header->asked(); }

        // offset: sizeof(Header) or a larger power of two.
        Header* write_header(void* start, std::size_t offset, std::size_t bytes, MakerId maker, Origin origin)
        {
            auto* header = reinterpret_cast<Header*>(static_cast<char*>(start) + offset) - 1;
            header->asked_and_stamp = bytes | stamp_of(maker, origin);
            const auto doublings = static_cast<std::uint64_t>(__builtin_ctzll(offset) - __builtin_ctzll(plain));
            header->seal = seal_of(header + 1, maker) | doublings << 48;
            return header;
        }

        __attribute__((noinline)) void* looked(void* block) noexcept
        {
            budget::look_at_level();
            return block;
        }

        // Writes the header before the block and books it.
        __attribute__((noinline)) void* book(void* start, std::size_t offset, std::size_t bytes, Origin origin) noexcept
        {
            ThreadRecord& record = here();
            Header* header = write_header(start, offset, bytes, record.maker, origin);
            count_made(record, origin, bytes, slack_of(header));
            return budget::uses_up_credit(record, bytes) ? looked(header + 1) : header + 1;
        }

        // book for the cell's thread in the learner's code, as most calls are; no call in it comes back.
        inline void* book_by_cell(void* start, std::size_t bytes, Origin origin)
        {
            ThreadRecord& record = *thread_record;
            const int index = static_cast<int>(origin);
            if (__builtin_expect(record.role != Role::cell_thread || !may_rise(index), 0))
            {
                return book(start, plain, bytes, origin);
            }
            Header* header = write_header(start, plain, bytes, record.maker, origin);
            const std::size_t slack = usable_size_of_glibc(start) - sizeof(Header) - bytes;
            count_malloc_made(record, index, bytes, slack);
            return __builtin_expect(budget::uses_up_credit(record, bytes), 0) ? looked(header + 1) : header + 1;
        }

        __attribute__((noinline)) void release_by_anybody(Header* header) noexcept
        {
            if (!is_ours(header))
            {
                __libc_free(header + 1);
                return;
            }
            char* start = start_of(header);
            count_freed(here(), maker_of(header), header->origin(), header->asked(), slack_of(header));
            count_alignment(header, -1);
            header->seal = 0; // a second free of it is glibc's to report
            __libc_free(start);
        }

        void* refuse()
        {
            errno = ENOMEM;
            return nullptr;
        }

        // What the system may have to give for a larger block: a mapping grows by moving its pages, all else may be copied
        // (malloc/malloc.c, glibc 2.36: __libc_realloc).
        std::size_t taken_to_grow(Header* header, std::size_t bytes)
        {
            const bool mapped = reinterpret_cast<const std::size_t*>(start_of(header))[-1] & 2;
            return mapped && header->is_plain() ? bytes - header->asked() : bytes;
        }

        inline void* make_granted(std::size_t bytes, Origin origin, bool zeroed)
        {
            void* start = zeroed ? __libc_calloc(1, bytes + sizeof(Header)) : __libc_malloc(bytes + sizeof(Header));
            return __builtin_expect(start != nullptr, 1) ? book_by_cell(start, bytes, origin) : nullptr;
        }

        // Apart, so that no register has to be saved for it where nothing is asked.
        __attribute__((noinline)) void* make_by_asking(std::size_t bytes, Origin origin, bool zeroed) noexcept
        {
            return budget::ask(bytes, bytes, budget::Wanted::block) ? make_granted(bytes, origin, zeroed) : refuse();
        }

        // An aligned block cannot be moved by glibc's realloc, which keeps 16 bytes of alignment only.
        void* resize_by_copy(Header* header, std::size_t bytes, Origin origin)
        {
            void* start = __libc_malloc(bytes + sizeof(Header));
            if (start == nullptr)
            {
                return nullptr;
            }
            std::memcpy(static_cast<Header*>(start) + 1, header + 1, std::min(usable_after_header(header), bytes));
            release_by_anybody(header);
            return book(start, plain, bytes, origin);
        }
    }

    void* make(std::size_t bytes, Origin origin, bool zeroed) noexcept
    {
        return budget::needs_not_ask(bytes) ? make_granted(bytes, origin, zeroed) : make_by_asking(bytes, origin, zeroed);
    }

    void* make_aligned(std::size_t alignment, std::size_t bytes, Origin origin) noexcept
    {
        const std::size_t offset = std::max(alignment, sizeof(Header));
        if (offset > budget::largest_request || !budget::grants(bytes))
        {
            return refuse();
        }
        void* start = __libc_memalign(offset, offset + bytes);
        if (start == nullptr)
        {
            return nullptr;
        }
        void* block = book(start, offset, bytes, origin);
        count_alignment(header_of(block), 1);
        return block;
    }

    void* resize(void* block, std::size_t bytes, Origin origin) noexcept
    {
        if (block == nullptr)
        {
            return make(bytes, origin);
        }
        Header* header = header_of(block);
        if (!is_ours(header))
        {
            return bytes > budget::largest_request ? refuse() : __libc_realloc(block, bytes);
        }
        if (bytes > header->asked() && !budget::grants_growth(bytes - header->asked(), taken_to_grow(header, bytes)))
        {
            return refuse();
        }
        origin = header->origin();
        if (!header->is_plain())
        {
            return resize_by_copy(header, bytes, origin);
        }
        const MakerId maker = maker_of(header);
        const std::size_t asked = header->asked();
        const std::size_t slack = slack_of(header);
        const std::uint64_t seal = header->seal;
        header->seal = 0; // its address may change, and the old one must not look like ours
        void* start = __libc_realloc(header, bytes + sizeof(Header));
        if (start == nullptr)
        {
            header->seal = seal;
            return nullptr;
        }
        count_freed(here(), maker, origin, asked, slack);
        return book(start, plain, bytes, origin);
    }

    void release(void* block) noexcept
    {
        if (block == nullptr)
        {
            return;
        }
        Header* header = header_of(block);
        const MakerId maker = header->maker();
        const int index = static_cast<int>(header->origin());
        ThreadRecord& record = *thread_record;
        const bool as_usual = header->seal == seal_of(block, maker) && record.role == Role::cell_thread && is_learner(maker) &&
                              are_highs_written_down(index);
        if (__builtin_expect(!as_usual, 0))
        {
            return release_by_anybody(header);
        }
        const std::size_t asked = header->asked();
        count_malloc_freed(record, maker, index, asked, usable_size_of_glibc(header) - sizeof(Header) - asked);
        header->seal = 0;
        __libc_free(header);
    }

    std::optional<Facts> read(void* block)
    {
        Header* header = header_of(block);
        if (!is_ours(header))
        {
            return std::nullopt;
        }
        return Facts{maker_of(header), header->origin(), header->asked(), usable_after_header(header)};
    }

    std::int64_t alignment_bytes() { return alignment_total.load(std::memory_order_relaxed); }

    std::size_t usable_size(void* block) noexcept
    {
        if (block == nullptr)
        {
            return 0;
        }
        Header* header = header_of(block);
        return is_ours(header) ? usable_after_header(header) : usable_size_of_glibc(block);
    }

    void disown(MakerId maker) { life_of[maker] = (life_of[maker] + one_life) & life_bits; }
}
