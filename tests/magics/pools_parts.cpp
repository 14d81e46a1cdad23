// Tests of magics/pools_parts.cpp: arenas as squares, however many there are.
#include "magics/pools_parts.hpp"

#include <gtest/gtest.h>

namespace xmemory::magics
{
    namespace
    {
        using cpython::pymalloc::Pool;
        using cpython::pymalloc::PoolState;

        // Each with one full pool of 64 B blocks, one half full, and the rest never used.
        PoolsReading reading_of(std::size_t arenas)
        {
            PoolsReading reading;
            reading.arenas.resize(arenas);
            for (auto& arena : reading.arenas)
            {
                arena.pools[0] = {PoolState::full, 64, 255, 255};
                arena.pools[1] = {PoolState::partly_used, 512, 31 - 15, 31};
                arena.pools[2] = {PoolState::given_back, 64, 0, 255};
            }
            return reading;
        }

        const report::Squares& squares_in(const report::Part& part) { return std::get<report::Squares>(part); }

        TEST(SquaresOf, AnArenaIsARowOf64Pools)
        {
            const auto parts = squares_of(reading_of(1));
            ASSERT_EQ(parts.size(), 1u);
            const report::Squares& squares = squares_in(parts[0]);
            ASSERT_EQ(squares.rows.size(), 1u);
            EXPECT_EQ(squares.rows[0].label, "1");
            EXPECT_EQ(squares.rows[0].filled.size(), 64u);
            EXPECT_EQ(squares.rows[0].filled[0], 1.0);
            EXPECT_DOUBLE_EQ(squares.rows[0].filled[1], 16.0 / 31);
            EXPECT_EQ(squares.rows[0].filled[2], 0.0);
            EXPECT_EQ(squares.rows[0].remark, "0.02 of 1\u00a0MiB, 271\u00a0blocks");
            EXPECT_EQ(squares.rows[0].short_remark, "0.02");
            EXPECT_EQ(squares.not_shown, "");
            EXPECT_EQ(squares.alternative_text, "1\u00a0arena: 1\u00a0pool full, 1 partly used, 62 unused");
        }

        TEST(SquaresOf, ALittleIsNotNothing)
        {
            PoolsReading reading;
            reading.arenas.resize(2);
            reading.arenas[0].pools[0] = {PoolState::partly_used, 64, 1, 255};
            const auto parts = squares_of(reading);
            EXPECT_EQ(squares_in(parts[0]).rows[0].remark, "under 0.01 of 1\u00a0MiB, 1\u00a0block");
            EXPECT_EQ(squares_in(parts[0]).rows[0].short_remark, "<0.01");
            EXPECT_EQ(squares_in(parts[0]).rows[1].short_remark, "0.00 spare");
            EXPECT_EQ(squares_in(parts[0]).rows[1].remark, "0.00 of 1\u00a0MiB, 0\u00a0blocks, kept in hand");
        }

        TEST(SquaresOf, AnArenaThatIsHeldBackIsMarked)
        {
            PoolsReading reading = reading_of(2);
            for (std::size_t index = 3; index < 64; ++index)
            {
                reading.arenas[0].pools[index].state = PoolState::given_back;
            }
            const auto parts = squares_of(reading);
            EXPECT_NE(squares_in(parts[0]).rows[0].remark.find(", held back"), std::string::npos);
            EXPECT_EQ(squares_in(parts[0]).rows[1].remark.find(", held back"), std::string::npos) << "being filled";
        }

        TEST(SquaresOf, MoreThan32ArenasAreFolded)
        {
            EXPECT_EQ(squares_of(reading_of(32)).size(), 1u);
            const auto parts = squares_of(reading_of(33));
            ASSERT_EQ(parts.size(), 2u);
            EXPECT_EQ(squares_in(parts[0]).rows.size(), 32u);
            EXPECT_EQ(squares_in(parts[0]).not_shown.substr(0, 18), "and 1\u00a0more arena,");
            const auto& details = std::get<report::Details>(parts[1]);
            EXPECT_EQ(details.summary, "1\u00a0more arena");
            ASSERT_EQ(details.parts.size(), 1u);
            ASSERT_EQ(squares_in(details.parts[0]).rows.size(), 1u);
            EXPECT_EQ(squares_in(details.parts[0]).rows[0].label, "33");
        }

        TEST(SquaresOf, MoreThan256ArenasAreToldInOneSentence)
        {
            const auto parts = squares_of(reading_of(1000));
            const auto& details = std::get<report::Details>(parts.at(1));
            ASSERT_EQ(details.parts.size(), 2u);
            EXPECT_EQ(squares_in(details.parts[0]).rows.size(), 224u);
            EXPECT_EQ(std::get<report::Paragraph>(details.parts[1]).text,
                      "and 744\u00a0more arenas, 18.2\u00a0MB of their 780\u00a0MB in use, 201,624\u00a0blocks");
        }

        TEST(HeldBackOf, IsNothingWhereNoneIs) { EXPECT_TRUE(held_back_of(reading_of(3)).empty()); }

        TEST(HeldBackOf, ListsTenKindsAndSumsUpTheRest)
        {
            PoolsReading reading;
            reading.held_back.arenas = 2;
            for (int kind = 0; kind < 13; ++kind)
            {
                reading.held_back.pins.push_back(
                    {cpython::Pins::Kind::object, "T" + std::to_string(kind), core::tutor, 2, 100});
            }
            reading.held_back.pins[1].kind = cpython::Pins::Kind::unknown;
            reading.held_back.pins[2].kind = cpython::Pins::Kind::part;
            const auto parts = held_back_of(reading);
            const auto& table = std::get<report::Table>(parts.at(1));
            ASSERT_EQ(table.rows.size(), 11u);
            EXPECT_EQ(table.rows[0][0].text, "T0");
            EXPECT_EQ(table.rows[0][1].text, "kernel");
            EXPECT_EQ(table.rows[1][0].text, "buffers and others");
            EXPECT_EQ(table.rows[2][0].text, "part of T2");
            EXPECT_EQ(table.rows[10][0].text, "and 3 more");
            EXPECT_EQ(table.rows[10][2].text, "6");
            EXPECT_EQ(table.rows[10][3].text, "300\u00a0B");
        }
    }
}
