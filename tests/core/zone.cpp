// Tests of kernel/core/zone.cpp.
#include "core/zone.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <vector>

namespace xmemory::core
{
    namespace
    {
        bool is_mapped(const void* address)
        {
            unsigned char resident = 0;
            return mincore(const_cast<void*>(address), 4096, &resident) == 0;
        }

        std::vector<zone::Mapping> mappings()
        {
            std::vector<zone::Mapping> all;
            const void* at = reinterpret_cast<const void*>(zone::base);
            for (auto mapping = zone::next_mapping(at); mapping.address; mapping = zone::next_mapping(at))
            {
                all.push_back(mapping);
                at = mapping.address + mapping.bytes;
            }
            return all;
        }

        // While it lives, further mappings have tags that come and go with them.
        struct TakenFirstSlots
        {
            static constexpr std::size_t bytes = zone::slots_with_lasting_tags * zone::slot_size;
            void* const mapping = zone::map(bytes);
            ~TakenFirstSlots() { zone::unmap(mapping, bytes); }
        };

        TEST(Zone, GivesZeroedMemoryOnASlotsBoundary)
        {
            void* arena = zone::map(zone::slot_size);
            ASSERT_NE(arena, nullptr);
            EXPECT_TRUE(zone::in_zone(arena));
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(arena) % zone::slot_size, 0u);
            EXPECT_EQ(static_cast<char*>(arena)[0], 0);
            EXPECT_EQ(static_cast<char*>(arena)[zone::slot_size - 1], 0);
            zone::unmap(arena, zone::slot_size);
        }

        TEST(Zone, TellsItsAddressesFromOthers)
        {
            int on_the_stack = 0;
            EXPECT_FALSE(zone::in_zone(nullptr));
            EXPECT_FALSE(zone::in_zone(&on_the_stack));
            EXPECT_FALSE(zone::in_zone(reinterpret_cast<void*>(zone::base - 1)));
            EXPECT_TRUE(zone::in_zone(reinterpret_cast<void*>(zone::base)));
            EXPECT_TRUE(zone::in_zone(reinterpret_cast<void*>(zone::base + zone::size - 1)));
            EXPECT_FALSE(zone::in_zone(reinterpret_cast<void*>(zone::base + zone::size)));
            EXPECT_FALSE(zone::in_zone(reinterpret_cast<void*>(~std::uintptr_t{0})));
        }

        TEST(Zone, HasAWordForEachGranuleOfAMapping)
        {
            auto* arena = static_cast<char*>(zone::map(zone::slot_size));
            for (std::size_t offset = 0; offset < zone::slot_size; offset += granule)
            {
                *zone::tag_of(arena + offset) = static_cast<Tag>(offset / granule);
            }
            for (std::size_t offset = 0; offset < zone::slot_size; offset += granule)
            {
                ASSERT_EQ(*zone::tag_of(arena + offset), static_cast<Tag>(offset / granule));
            }
            zone::unmap(arena, zone::slot_size);
        }

        TEST(Zone, TagOfTheLastGranuleDoesNotTouchThePageBehindTheMapping)
        {
            // Given a mapping with nothing behind its tags
            const TakenFirstSlots taken;
            auto* arena = static_cast<char*>(zone::map(zone::slot_size));
            ASSERT_FALSE(is_mapped(zone::tag_of(arena + zone::slot_size)));
            // When the last blocks of the smallest and of the largest class are tagged with the most slack
            for (const std::size_t class_size : {std::size_t{16}, std::size_t{32}, std::size_t{512}})
            {
                Tag* tag = zone::tag_of(arena + zone::slot_size - class_size);
                write_tag(tag, tag_maker_of(9), 15, class_size);
                // Then nothing crashes, and the tag is there
                EXPECT_EQ(read_tag(tag, class_size).slack, 15u);
            }
            zone::unmap(arena, zone::slot_size);
        }

        TEST(Zone, KeepsTheTagsOfTheFirstSlotsMapped)
        {
            void* arena = zone::map(zone::slot_size);
            *zone::tag_of(arena) = 42;
            zone::unmap(arena, zone::slot_size);
            EXPECT_FALSE(is_mapped(arena));
            EXPECT_TRUE(is_mapped(zone::tag_of(arena)));
        }

        TEST(Zone, UsesAnUnmappedSlotAgainAndZeroed)
        {
            const TakenFirstSlots taken;
            // Given three arenas with something written in the middle one and its tags
            void* first = zone::map(zone::slot_size);
            void* middle = zone::map(zone::slot_size);
            void* last = zone::map(zone::slot_size);
            std::memset(middle, 0xFF, zone::slot_size);
            *zone::tag_of(middle) = 0xFFFF;
            // When the middle one is given back and another is wanted
            zone::unmap(middle, zone::slot_size);
            EXPECT_FALSE(is_mapped(middle));
            EXPECT_FALSE(is_mapped(zone::tag_of(middle)));
            void* again = zone::map(zone::slot_size);
            // Then it is the same place, and zero
            EXPECT_EQ(again, middle);
            EXPECT_EQ(*static_cast<char*>(again), 0);
            EXPECT_EQ(*zone::tag_of(again), 0);
            for (void* arena : {first, again, last})
            {
                zone::unmap(arena, zone::slot_size);
            }
        }

        TEST(Zone, HoldsMappingsOfSeveralSlotsAndOfLessThanOne)
        {
            const std::size_t large_bytes = 5 * zone::slot_size / 2;
            const std::size_t small_bytes = 16 * 1024;
            auto* large = static_cast<char*>(zone::map(large_bytes));
            auto* small = static_cast<char*>(zone::map(small_bytes));
            // Given a large one of three slots, the next begins behind them
            EXPECT_EQ(small, large + 3 * zone::slot_size);
            large[large_bytes - 1] = 1;
            *zone::tag_of(large + large_bytes - granule) = 1;
            // Then both are found, whole and in order
            const auto all = mappings();
            ASSERT_EQ(all.size(), 2u);
            EXPECT_EQ(all[0].address, large);
            EXPECT_EQ(all[0].bytes, large_bytes);
            EXPECT_EQ(all[1].address, small);
            EXPECT_EQ(all[1].bytes, small_bytes);
            zone::unmap(large, large_bytes);
            // and when the large one is gone, its slots serve smaller ones, and a larger one does not squeeze in
            auto* wide = static_cast<char*>(zone::map(4 * zone::slot_size));
            EXPECT_EQ(wide, small + zone::slot_size);
            auto* one = static_cast<char*>(zone::map(zone::slot_size));
            EXPECT_EQ(one, large);
            zone::unmap(wide, 4 * zone::slot_size);
            zone::unmap(one, zone::slot_size);
            zone::unmap(small, small_bytes);
            EXPECT_TRUE(mappings().empty());
        }

        TEST(Zone, SkipsAnAddressThatSomebodyElseUses)
        {
            const TakenFirstSlots taken;
            // Given somebody's mapping where the next arena, and the tags of the one after, would go
            auto* next = static_cast<char*>(zone::map(zone::slot_size));
            zone::unmap(next, zone::slot_size);
            void* theirs =
                mmap(next, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
            ASSERT_EQ(theirs, next);
            void* tag_place = zone::tag_of(next + zone::slot_size);
            void* their_tags =
                mmap(tag_place, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
            ASSERT_EQ(their_tags, tag_place);
            std::memset(theirs, 42, 4096);
            // When an arena is wanted
            auto* arena = static_cast<char*>(zone::map(zone::slot_size));
            // Then it lies behind both, and theirs is untouched
            EXPECT_EQ(arena, next + 2 * zone::slot_size);
            EXPECT_EQ(static_cast<char*>(theirs)[4095], 42);
            EXPECT_FALSE(is_mapped(next + zone::slot_size));
            munmap(theirs, 4096);
            munmap(their_tags, 4096);
            zone::unmap(arena, zone::slot_size);
        }

        TEST(Zone, CountsWhatItMapsAndUnmapsByUse)
        {
            const std::size_t bytes = zone::mapped_bytes();
            const zone::Counts arenas = zone::counts(zone::Use::arena);
            const zone::Counts chunks = zone::counts(zone::Use::chunk);
            void* arena = zone::map(zone::slot_size);
            void* chunk = zone::map(64 * 1024, zone::Use::chunk);
            EXPECT_EQ(zone::mapped_bytes() - bytes, zone::slot_size + 64 * 1024);
            EXPECT_EQ(zone::counts(zone::Use::arena).mapped - arenas.mapped, 1);
            EXPECT_EQ(zone::counts(zone::Use::chunk).mapped - chunks.mapped, 1);
            EXPECT_EQ(zone::counts(zone::Use::arena).held() - arenas.held(), 1);
            zone::unmap(arena, zone::slot_size);
            EXPECT_EQ(zone::mapped_bytes() - bytes, 64u * 1024);
            EXPECT_EQ(zone::counts(zone::Use::arena).unmapped - arenas.unmapped, 1);
            EXPECT_EQ(zone::counts(zone::Use::chunk).unmapped, chunks.unmapped);
            zone::unmap(chunk, 64 * 1024);
            EXPECT_EQ(zone::mapped_bytes(), bytes);
            EXPECT_EQ(zone::counts(zone::Use::chunk).unmapped - chunks.unmapped, 1);
        }

        TEST(Zone, SaysWhomAMappingIsFor)
        {
            // Given a chunk that is as large as an arena
            void* arena = zone::map(zone::slot_size, zone::Use::arena);
            void* chunk = zone::map(zone::slot_size, zone::Use::chunk);
            const auto all = mappings();
            ASSERT_EQ(all.size(), 2u);
            EXPECT_EQ(all[0].use, zone::Use::arena);
            EXPECT_EQ(all[1].use, zone::Use::chunk);
            EXPECT_EQ(all[1].bytes, zone::slot_size);
            zone::unmap(chunk, zone::slot_size);
            zone::unmap(arena, zone::slot_size);
        }

        TEST(Zone, KnowsTheMostThatItHeldAtOnce)
        {
            const zone::Counts before = zone::counts(zone::Use::arena);
            std::vector<void*> arenas;
            while (zone::counts(zone::Use::arena).held() <= before.most_at_once)
            {
                arenas.push_back(zone::map(zone::slot_size));
            }
            for (void* arena : arenas)
            {
                zone::unmap(arena, zone::slot_size);
            }
            EXPECT_EQ(zone::counts(zone::Use::arena).most_at_once, before.most_at_once + 1);
            EXPECT_EQ(zone::counts(zone::Use::arena).held(), before.held());
        }

        TEST(Zone, RefusesWhatCannotFit)
        {
            const std::size_t bytes = zone::mapped_bytes();
            EXPECT_EQ(zone::map(2 * zone::size), nullptr);
            EXPECT_EQ(zone::mapped_bytes(), bytes);
        }
    }
}
