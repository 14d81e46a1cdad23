// Tests of kernel/core/tag.hpp.
#include "core/tag.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace xmemory::core
{
    namespace
    {
        const std::vector<MakerId> makers = {earlier_cells,   first_learner, 2,           255,  256, 1000, last_learner,
                                             earlier_sources, first_source,  last_source, tutor};

        std::size_t class_of(std::size_t asked) { return (asked + granule - 1) / granule * granule; }

        // pymalloc leaves a block where it is while more than three quarters of it stay in use (pymalloc_realloc).
        std::size_t most_slack(std::size_t class_size) { return std::max<std::size_t>(granule - 1, (class_size - 1) / 4); }

        TEST(Tag, GivesBackMakerAndSlackOfEachSizeAsMade)
        {
            for (const MakerId maker : makers)
            {
                for (std::size_t asked = 1; asked <= 512; ++asked)
                {
                    // Given the words that a pool's earlier blocks left behind
                    std::vector<Tag> tags(class_of(asked) / granule, static_cast<Tag>(far_slack_mark | 0x7F));
                    // When a block is made
                    write_tag(tags.data(), tag_maker_of(maker), class_of(asked) - asked, class_of(asked));
                    // Then its tag says so
                    const SmallBlock block = read_tag(tags.data(), class_of(asked));
                    ASSERT_EQ(block.maker, maker) << asked;
                    ASSERT_EQ(block.slack, class_of(asked) - asked) << "maker " << maker << " asked " << asked;
                }
            }
        }

        TEST(Tag, GivesBackEachSlackThatShrinkingInPlaceCanLeave)
        {
            for (const MakerId maker : makers)
            {
                for (std::size_t class_size = granule; class_size <= 512; class_size += granule)
                {
                    for (std::size_t slack = 0; slack <= most_slack(class_size); ++slack)
                    {
                        std::vector<Tag> tags(class_size / granule, 0);
                        write_tag(tags.data(), tag_maker_of(maker), slack, class_size);
                        const SmallBlock block = read_tag(tags.data(), class_size);
                        ASSERT_EQ(block.maker, maker) << class_size << " " << slack;
                        ASSERT_EQ(block.slack, slack) << "maker " << maker << " class " << class_size;
                    }
                }
            }
        }

        TEST(Tag, StaysWithinTheWordsOfItsBlock)
        {
            for (std::size_t class_size = granule; class_size <= 512; class_size += granule)
            {
                for (std::size_t slack = 0; slack <= most_slack(class_size); ++slack)
                {
                    // Given a neighbour after the block
                    constexpr Tag neighbour = 0xABCD;
                    std::vector<Tag> tags(class_size / granule + 1, neighbour);
                    // When the block's tag is written
                    write_tag(tags.data(), tag_maker_of(tutor), slack, class_size);
                    // Then the neighbour's is as it was
                    ASSERT_EQ(tags.back(), neighbour) << class_size << " " << slack;
                }
            }
        }

        TEST(Tag, OfTheSmallestBlockIsReadWithoutItsNeighbour)
        {
            // Given a block of 1 byte beside one whose word looks like a far slack
            std::vector<Tag> tags = {0, far_slack_mark | 0x7F};
            write_tag(tags.data(), tag_maker_of(7), 15, granule);
            // Then its slack is its own
            EXPECT_EQ(read_tag(tags.data(), granule).slack, 15u);
            EXPECT_EQ(read_tag(tags.data(), granule).maker, 7);
        }

        TEST(Tag, FarSlackNeverLooksLikeAMaker)
        {
            for (std::size_t slack = 15; slack <= 127; ++slack)
            {
                std::vector<Tag> tags(32, 0);
                write_tag(tags.data(), tag_maker_of(1), slack, 512);
                const MakerId seen = tags[1] >> 4;
                EXPECT_FALSE(seen <= last_source || seen == tutor) << seen;
            }
        }
    }
}
