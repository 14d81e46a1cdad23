#include "magics/guess.hpp"

#include <gtest/gtest.h>

namespace xmemory::magics
{
    namespace
    {
        std::vector<std::int64_t> bytes_of(const std::vector<Quantity>& choices)
        {
            std::vector<std::int64_t> bytes;
            for (const Quantity& choice : choices)
            {
                bytes.push_back(choice.bytes);
            }
            return bytes;
        }

        using Bytes = std::vector<std::int64_t>;

        TEST(Guess, IsAnAmount)
        {
            const Guess guess = read_guess("40 MB");
            ASSERT_TRUE(guess.amount);
            EXPECT_EQ(guess.amount->bytes, 40'000'000);
            EXPECT_TRUE(guess.choices.empty());
            EXPECT_FALSE(guess.of_kept);
            EXPECT_EQ(guess.why, "");
        }

        TEST(Guess, MayStillBeMissing)
        {
            for (const char* line :
                 {"?", "", "??", " ? ", "\u2026", "...", "? of 8 MB, 40 MB", "of 8 MB, 40 MB", "? --kept"})
            {
                const Guess guess = read_guess(line);
                EXPECT_FALSE(guess.amount) << line;
                EXPECT_EQ(guess.why, "") << line;
            }
        }

        TEST(Guess, MayBeOneOfChoices)
        {
            const std::pair<const char*, Bytes> table[] = {
                {"? of 8 MB, 40 MB, 400 MB", {8'000'000, 40'000'000, 400'000'000}},
                {"? OF 8MB,40MB,400MB", {8'000'000, 40'000'000, 400'000'000}},
                {"? of 8 MB or 40 MB", {8'000'000, 40'000'000}},
                {"? of 8 MB, 40 MB, or 400 MB", {8'000'000, 40'000'000, 400'000'000}},
                {"? of 8, 40 or 400 MB", {8'000'000, 40'000'000, 400'000'000}},
                {"? of under 1 kB; 1,5 MB; 40 MB", {1'000, 1'500'000, 40'000'000}},
                {"? of 0, 40 MB", {0, 40'000'000}},
                {"? of 8_000_000 | 40_000_000", {8'000'000, 40'000'000}},
            };
            for (const auto& [line, choices] : table)
            {
                EXPECT_EQ(bytes_of(read_guess(line).choices), choices) << line;
                EXPECT_EQ(read_guess(line).why, "") << line;
            }
        }

        TEST(Guess, IsTakenFromTheChoices)
        {
            for (const char* typed : {"40 MB", "40MB", "40", "about 40 MB", "40_000_000"})
            {
                const Guess guess = read_guess(std::string(typed) + " of 8 MB, 40 MB, 400 MB");
                ASSERT_TRUE(guess.amount) << typed << ": " << guess.why;
                EXPECT_EQ(guess.amount->bytes, 40'000'000) << typed;
            }
            EXPECT_TRUE(read_guess("under 1 kB of under 1 kB, 8 MB").amount->is_bound);
            EXPECT_TRUE(read_guess("1 kB of under 1 kB, 8 MB").amount->is_bound);
        }

        TEST(Guess, OutsideTheChoicesIsAGuessToo)
        {
            for (const char* typed : {"4 MB", "900 TB", "0", "nothing", "41 MB"})
            {
                const Guess guess = read_guess(std::string(typed) + " of 8 MB, 40 MB, 400 MB");
                ASSERT_TRUE(guess.amount) << typed << ": " << guess.why;
                EXPECT_EQ(guess.amount->bytes, read_quantity(typed).quantity->bytes) << typed;
                EXPECT_FALSE(guess.is_choice) << typed;
            }
            EXPECT_TRUE(read_guess("8 MB of 8 MB, 40 MB, 400 MB").is_choice);
        }

        TEST(Guess, ThatCannotBeReadIsToldWhatWasTypedAndTheChoices)
        {
            const std::pair<const char*, const char*> table[] = {
                {"forty", "'forty' is not an amount of memory."},
                {"b", "'b' is not an amount of memory."},
                {"-1 MB", "'-1 MB' is below zero, and a need for memory never is."},
                {"4000", "'4000' is none of the choices."},
                {"1e30 GB", "'1e30 GB' is more than any computer has."},
            };
            for (const auto& [typed, reason] : table)
            {
                const Guess guess = read_guess(std::string(typed) + " of 8 MB, 40 MB, 400 MB");
                EXPECT_FALSE(guess.amount) << typed;
                EXPECT_EQ(guess.why, std::string(reason) +
                                         " Write one of the choices in place of it: 8\u00a0MB, 40\u00a0MB, "
                                         "400\u00a0MB.");
            }
            EXPECT_EQ(read_guess("40 MB --loud").why, "'--loud' is no option of %memory predict: it has --kept and --peak.");
        }

        TEST(Guess, MayBeAboutWhatIsKept)
        {
            for (const char* line : {"0 --kept", "--kept 0", "-kept 0", "0 --kept of 0, 8 MB", "0 of 0, 8 MB --kept"})
            {
                const Guess guess = read_guess(line);
                EXPECT_TRUE(guess.of_kept) << line;
                ASSERT_TRUE(guess.amount) << line << ": " << guess.why;
                EXPECT_EQ(guess.amount->bytes, 0) << line;
            }
            EXPECT_FALSE(read_guess("0 --peak").of_kept);
            EXPECT_FALSE(read_guess("-5 MB").amount);
        }

        TEST(Guess, ThatCannotBeReadIsToldHowToWriteIt)
        {
            const char* const malformed[] = {
                "lots",         "-1 MB",          "1e30 GB",         "40 MB --loud", "? of 8 MB",
                "8 MB of",      "? of lots, few", "? of 8 MB, lots", "of",           "40 of 40",
                "8 MB of 8 MB", "of of of",       "MB of 8 MB, 9 MB"};
            for (const char* line : malformed)
            {
                const Guess guess = read_guess(line);
                EXPECT_FALSE(guess.amount) << line;
                EXPECT_NE(guess.why, "") << line;
                EXPECT_EQ(guess.why.find('\n'), std::string::npos) << line;
            }
            EXPECT_NE(read_guess(std::string(100'000, 'x') + " of 8 MB").why, "");
            EXPECT_NE(read_guess(std::string(100'000, '-')).why, "");
        }

        TEST(Nearest, CountsFactors)
        {
            const std::vector<Quantity> choices = read_guess("? of 8 MB, 40 MB, 400 MB").choices;
            const std::pair<std::int64_t, std::int64_t> table[] = {{0, 8'000'000},
                                                                   {8'448'000, 8'000'000},
                                                                   {17'000'000, 8'000'000},
                                                                   {19'000'000, 40'000'000},
                                                                   {40'400'000, 40'000'000},
                                                                   {120'000'000, 40'000'000},
                                                                   {130'000'000, 400'000'000},
                                                                   {9'000'000'000, 400'000'000}};
            for (const auto& [measured, choice] : table)
            {
                EXPECT_EQ(nearest(choices, measured).bytes, choice) << measured;
            }
            EXPECT_EQ(nearest(read_guess("? of under 1 kB, 8 MB").choices, 3).bytes, 1000);
            EXPECT_EQ(nearest(read_guess("? of 0, 8 MB").choices, 472).bytes, 0);
        }
    }
}
