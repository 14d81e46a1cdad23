// For tests: small blocks as CPython's hooks book them, in an arena of the test's own.
#pragma once

#include "core/scope.hpp"
#include "core/zone.hpp"

namespace xmemory::core
{
    class SmallBlocks
    {
    public:
        static constexpr std::size_t class_size = 128;
        static constexpr int count = zone::slot_size / class_size;

        SmallBlocks() : arena_(static_cast<char*>(zone::map(zone::slot_size))) {}
        ~SmallBlocks() { zone::unmap(arena_, zone::slot_size); }
        SmallBlocks(const SmallBlocks&) = delete;
        SmallBlocks& operator=(const SmallBlocks&) = delete;

        void make(int number, std::size_t asked)
        {
            write_tag(tag(number), tag_maker_of(here().maker), class_size - asked, class_size);
            count_made(here(), Origin::python_small, asked, class_size - asked);
        }

        void release(int number)
        {
            const SmallBlock block = read_tag(tag(number), class_size);
            count_freed(here(), block.maker, Origin::python_small, class_size - block.slack, block.slack);
        }

    private:
        Tag* tag(int number) { return zone::tag_of(arena_ + static_cast<std::size_t>(number) * class_size); }
        char* arena_;
    };
}
