#include "core/zone.hpp"

#include <algorithm>
#include <atomic>

#include "core/system_pages.hpp"

namespace xmemory::core::zone
{
    namespace
    {
        // Bytes mapped at a slot, in pages: 0 is free, slot_continued belongs to the mapping before it.
        constexpr std::uint32_t slot_continued = 0xFFFFFFFF;
        constexpr std::uint32_t is_chunk = 0x80000000;
        constexpr std::size_t page = 4096;
        std::uint32_t pages_at[slot_count];
        std::size_t first_maybe_free = 0;
        std::size_t end_of_used = 0;
        std::atomic<std::size_t> mapped{0};

        // Of one use; written with the GIL, read by any thread.
        struct Counters
        {
            std::atomic<std::int64_t> mapped{0};
            std::atomic<std::int64_t> unmapped{0};
            std::atomic<std::int64_t> most_at_once{0};

            void count_map()
            {
                mapped.fetch_add(1, std::memory_order_relaxed);
                const std::int64_t held = mapped.load(std::memory_order_relaxed) - unmapped.load(std::memory_order_relaxed);
                most_at_once.store(std::max(held, most_at_once.load(std::memory_order_relaxed)), std::memory_order_relaxed);
            }
        };
        Counters counters[2];

        Counters& of(Use use) { return counters[static_cast<int>(use)]; }

        Use use_at(std::size_t slot) { return pages_at[slot] & is_chunk ? Use::chunk : Use::arena; }

        char* address_of(std::size_t slot) { return reinterpret_cast<char*>(base) + slot * slot_size; }

        std::size_t slot_of(const void* address) { return (reinterpret_cast<std::uintptr_t>(address) - base) / slot_size; }

        std::size_t slots_for(std::size_t bytes) { return (bytes + slot_size - 1) / slot_size; }

        std::size_t free_run(std::size_t from, std::size_t slots)
        {
            std::size_t run = 0;
            for (std::size_t slot = from; slot < slot_count; ++slot)
            {
                run = pages_at[slot] == 0 ? run + 1 : 0;
                if (run == slots)
                {
                    return slot + 1 - slots;
                }
            }
            return slot_count;
        }

        // Fails where something else is mapped already; an old Linux that ignores the flag gives another address instead.
        bool map_at(void* wanted, std::size_t bytes)
        {
            void* got = system_pages::map(wanted, bytes, MAP_FIXED_NOREPLACE);
            if (got != MAP_FAILED && got != wanted)
            {
                system_pages::unmap(got, bytes);
            }
            return got == wanted;
        }

        constexpr std::size_t tag_bytes_of_slot = slot_size / granule * sizeof(Tag);

        // The tags of those slots that do not last.
        struct PassingTags
        {
            PassingTags(std::size_t slot, std::size_t slots)
                : first(std::max(slot, slots_with_lasting_tags)), end(std::max(slot + slots, slots_with_lasting_tags))
            {}
            void* address() const { return tag_of(address_of(first)); }
            std::size_t bytes() const { return (end - first) * tag_bytes_of_slot; }

            std::size_t first;
            std::size_t end;
        };

        bool map_lasting_tags()
        {
            static const bool done = map_at(tag_of(address_of(0)), slots_with_lasting_tags * tag_bytes_of_slot);
            return done;
        }

        bool map_with_tags(std::size_t slot, std::size_t bytes)
        {
            char* address = address_of(slot);
            const PassingTags tags(slot, slots_for(bytes));
            if (!map_lasting_tags() || !map_at(address, bytes))
            {
                return false;
            }
            if (tags.bytes() != 0 && !map_at(tags.address(), tags.bytes()))
            {
                system_pages::unmap(address, bytes);
                return false;
            }
            return true;
        }

        void mark(std::size_t slot, std::size_t slots, std::uint32_t first, std::uint32_t rest)
        {
            pages_at[slot] = first;
            std::fill(pages_at + slot + 1, pages_at + slot + slots, rest);
        }
    }

    void* map(std::size_t bytes, Use use)
    {
        const std::size_t slots = slots_for(bytes);
        while (first_maybe_free < end_of_used && pages_at[first_maybe_free] != 0)
        {
            ++first_maybe_free;
        }
        // A slot may be taken by a mapping of somebody else's; then the next ones are tried, a few times.
        std::size_t slot = first_maybe_free;
        for (int attempt = 0; attempt < 64; ++attempt, ++slot)
        {
            slot = free_run(slot, slots);
            if (slot >= slot_count)
            {
                return nullptr;
            }
            if (map_with_tags(slot, bytes))
            {
                const auto pages = static_cast<std::uint32_t>((bytes + page - 1) / page);
                mark(slot, slots, use == Use::chunk ? pages | is_chunk : pages, slot_continued);
                end_of_used = std::max(end_of_used, slot + slots);
                mapped.fetch_add(bytes, std::memory_order_relaxed);
                of(use).count_map();
                return address_of(slot);
            }
        }
        return nullptr;
    }

    void unmap(void* address, std::size_t bytes)
    {
        const std::size_t slot = slot_of(address);
        system_pages::unmap(address, bytes);
        if (const PassingTags tags(slot, slots_for(bytes)); tags.bytes() != 0)
        {
            system_pages::unmap(tags.address(), tags.bytes());
        }
        of(use_at(slot)).unmapped.fetch_add(1, std::memory_order_relaxed);
        mark(slot, slots_for(bytes), 0, 0);
        first_maybe_free = std::min(first_maybe_free, slot);
        mapped.fetch_sub(bytes, std::memory_order_relaxed);
    }

    Use use_of(const void* address) { return use_at(slot_of(address)); }

    Mapping next_mapping(const void* from)
    {
        const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(from) - base;
        for (std::size_t slot = (offset + slot_size - 1) / slot_size; slot < end_of_used; ++slot)
        {
            if (pages_at[slot] != 0 && pages_at[slot] != slot_continued)
            {
                return {address_of(slot), (pages_at[slot] & ~is_chunk) * page, use_at(slot)};
            }
        }
        return {nullptr, 0, Use::arena};
    }

    std::size_t used_span()
    {
        std::size_t slots = end_of_used;
        while (slots > 0 && pages_at[slots - 1] == 0)
        {
            --slots;
        }
        return slots * slot_size;
    }

    std::size_t mapped_bytes() { return mapped.load(std::memory_order_relaxed); }

    Counts counts(Use use)
    {
        const Counters& now = of(use);
        return {now.mapped.load(std::memory_order_relaxed), now.unmapped.load(std::memory_order_relaxed),
                now.most_at_once.load(std::memory_order_relaxed)};
    }
}
