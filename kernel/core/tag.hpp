// The tag of a small block: one 16-bit word beside the pool for each 16-byte granule, maker << 4 | slack, where
// slack = size class − asked bytes. Slack is 0–15 when a block is made; shrinking in place leaves up to a quarter of the
// block, so 15 means "see the next granule's word", which stands apart from any tag by its maker bits (3840–3855).
// Pure arithmetic; any thread. Precondition everywhere: the block lies in the arena zone.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/maker.hpp"

namespace xmemory::core
{
    using Tag = std::uint16_t;

    struct SmallBlock
    {
        MakerId maker;
        std::size_t slack;
    };

    inline constexpr std::size_t granule = 16;
    inline constexpr std::size_t far_slack = 15;
    inline constexpr Tag far_slack_mark = 0xF000;

    // A maker in the place where it stands in a tag; and one that no tag has.
    using TagMaker = std::uint32_t;
    constexpr TagMaker tag_maker_of(MakerId maker) { return TagMaker{maker} << 4; }
    inline constexpr TagMaker no_tag_maker = TagMaker{1} << 16;

    constexpr MakerId maker_of(Tag tag) { return static_cast<MakerId>(tag >> 4); }

    // class_size: the pool's size class in bytes, a multiple of 16; asked ≤ class_size, and for a class below 80 B
    // class_size − asked ≤ 15 (a quarter of 64 is 16, and pymalloc moves a block that shrinks by a quarter or more).
    inline void write_tag(Tag* tag, TagMaker maker, std::size_t slack, std::size_t class_size)
    {
        if (__builtin_expect(slack < far_slack, 1))
        {
            *tag = static_cast<Tag>(maker | slack);
            return;
        }
        *tag = static_cast<Tag>(maker | far_slack);
        if (class_size >= 2 * granule) // a smaller one has no second word, and its slack fits
        {
            tag[1] = static_cast<Tag>(far_slack_mark | slack);
        }
    }

    inline SmallBlock read_tag(const Tag* tag, std::size_t class_size)
    {
        SmallBlock block{maker_of(*tag), static_cast<std::size_t>(*tag & 15)};
        if (block.slack == far_slack && class_size >= 2 * granule && tag[1] >> 8 == far_slack_mark >> 8)
        {
            block.slack = tag[1] & 0xFF;
        }
        return block;
    }
}
