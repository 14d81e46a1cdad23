#include "magics/verdict.hpp"

#include <gtest/gtest.h>

#include "magics/guess_report.hpp"
#include "magics/guesses.hpp"

namespace xmemory::magics
{
    namespace
    {
        // [n * n for n in range(1_000_000)]: what a kernel measures.
        report::Figures list_of_a_million()
        {
            report::Figures figures;
            figures.peak_bytes = 40'448'360;
            figures.kept_bytes = 40'448'128;
            figures.origins[0].peak_bytes = 31'999'700;
            figures.origins[0].kept_bytes = 31'999'468;
            figures.origins[0].allocated_bytes = 31'999'900;
            figures.origins[0].allocated_blocks = 999'740;
            figures.origins[1].peak_bytes = 8'448'728;
            figures.origins[1].kept_bytes = 8'448'728;
            return figures;
        }

        report::Figures figures_of(std::int64_t peak, std::int64_t kept)
        {
            report::Figures figures;
            figures.peak_bytes = peak;
            figures.kept_bytes = kept;
            figures.origins[2].peak_bytes = peak;
            return figures;
        }

        Verdict judged(const char* line, const report::Figures& figures) { return judge(read_guess(line), figures); }

        std::string sentence(const char* line, const report::Figures& figures, bool repeated = false)
        {
            const Guess guess = read_guess(line);
            std::string text = answered({1, "x", guess, judge(guess, figures), false}, repeated).finding;
            for (auto at = text.find("\u00a0"); at != std::string::npos; at = text.find("\u00a0"))
            {
                text.replace(at, 2, " ");
            }
            return text;
        }

        TEST(Verdict, SaysHowNear)
        {
            const std::tuple<const char*, std::int64_t, const char*> table[] = {
                {"40 MB", 40'448'360, "right"},
                {"40 MiB", 40'000'000, "right"},
                {"44 MB", 40'448'360, "right"},
                {"30 MB", 40'448'360, "near"},
                {"55 MB", 40'448'360, "near"},
                {"8 MB", 40'448'360, "too_small"},
                {"400 MB", 40'448'360, "too_large"},
                {"0", 0, "right"},
                {"0", 496, "right"},
                {"1 kB", 0, "right"},
                {"0", 5'000, "too_small"},
                {"5 MB", 0, "too_large"},
                {"under 1 kB", 999, "right"},
                {"under 1 kB", 1'001, "right"},
                {"under 1 kB", 2'000, "too_small"},
                {"under 50 MB", 40'448'360, "right"},
                {"under 50 MB", 496, "too_large"},
            };
            for (const auto& [line, measured, verdict] : table)
            {
                EXPECT_STREQ(to_string(judged(line, figures_of(measured, 0)).closeness), verdict) << line << " " << measured;
            }
        }

        TEST(Verdict, OfChoicesTakesTheNearest)
        {
            const report::Figures figures = list_of_a_million();
            EXPECT_EQ(judged("40 MB of 8 MB, 40 MB, 400 MB", figures).closeness, Closeness::right);
            EXPECT_EQ(judged("8 MB of 8 MB, 40 MB, 400 MB", figures).closeness, Closeness::too_small);
            EXPECT_EQ(judged("400 MB of 8 MB, 40 MB, 400 MB", figures).closeness, Closeness::too_large);
            EXPECT_FALSE(judged("40 MB of 8 MB, 40 MB, 400 MB", figures).only_nearest);
            EXPECT_TRUE(judged("8 MB of 8 MB, 40 MB, 400 MB", figures_of(232, 0)).only_nearest);
            EXPECT_FALSE(judged("0 of 0, 40 MB", figures_of(472, 0)).only_nearest);
        }

        TEST(Verdict, OfKeptTakesKept)
        {
            EXPECT_EQ(judged("0 --kept", figures_of(40'000'000, 32)).closeness, Closeness::right);
            EXPECT_EQ(judged("40 MB --kept", figures_of(40'000'000, 32)).closeness, Closeness::too_large);
        }

        TEST(Verdict, SaysWhatTheGuessMissedWhereTheFiguresBearItOut)
        {
            EXPECT_EQ(judged("8 MB", list_of_a_million()).missed, "objects");
            EXPECT_EQ(judged("40 kB", list_of_a_million()).missed, "unit");
            EXPECT_EQ(judged("40 GB", list_of_a_million()).missed, "unit");
            EXPECT_EQ(judged("20 MB", list_of_a_million()).missed, "");
            EXPECT_EQ(judged("8 MB", figures_of(40'448'360, 40'448'360)).missed, "") << "all of it in one native block";
            EXPECT_EQ(judged("80 MB", figures_of(160'000'000, 80'000'000)).missed, "temporary");
            EXPECT_EQ(judged("80 MB --kept", figures_of(80'000'000, 100)).missed, "freed_again");
            EXPECT_EQ(judged("40 MB", list_of_a_million()).missed, "") << "a right guess missed nothing";
        }

        // A set's places are far more than 8 bytes an element.
        TEST(Verdict, KnowsEightByteNumbers)
        {
            report::Figures set = list_of_a_million();
            set.origins[1].peak_bytes = 67'108'864;
            set.peak_bytes = set.origins[0].peak_bytes + set.origins[1].peak_bytes;
            EXPECT_EQ(judged("8 MB", set).missed, "eight_byte_numbers");
            set.origins[0].allocated_bytes *= 3; // most of them had gone again
            EXPECT_EQ(judged("8 MB", set).missed, "");
        }

        // The list's places and the objects stood at different times: what the peak was made of is not known.
        TEST(Verdict, IsSilentWhereThePartsOfThePeakAreUnknown)
        {
            report::Figures figures = list_of_a_million();
            figures.peak_bytes = 32'000'000;
            figures.origins[0].allocated_bytes *= 3;
            EXPECT_EQ(judged("8 MB", figures).missed, "");
        }

        TEST(GuessReport, SaysItInOneSentence)
        {
            const report::Figures list = list_of_a_million();
            EXPECT_EQ(sentence("8 MB", list), "You guessed 8 MB; it needed **40.4 MB**: five times as much.");
            EXPECT_EQ(sentence("400 MB", list),
                      "You guessed 400 MB; it needed **40.4 MB**: your guess was ten times as much.");
            EXPECT_EQ(sentence("20 MB", list), "You guessed 20 MB; it needed **40.4 MB**: twice as much.");
            EXPECT_EQ(sentence("25 MB", list), "You guessed 25 MB; it needed **40.4 MB**: 1.6 times as much.");
            EXPECT_EQ(sentence("40 B", list), "You guessed 40 B; it needed **40.4 MB**: over a million times as much.");
            EXPECT_EQ(sentence("0", list), "You guessed 0 B; it needed **40.4 MB**.");
            EXPECT_EQ(sentence("30 MB", list), "Near: you guessed 30 MB, and it needed **40.4 MB**.");
            EXPECT_EQ(sentence("40 MB of 8 MB, 40 MB", list), "Right: you chose 40 MB, and it needed **40.4 MB**.");
            EXPECT_EQ(sentence("40 MB --kept", list), "Right: you guessed 40 MB, and it kept **40.4 MB**.");
            EXPECT_EQ(sentence("5 MB", figures_of(0, 0)), "You guessed 5 MB; it needed **nothing**.");
            EXPECT_EQ(sentence("8 MB", list, true),
                      "Your first guess was 8 MB, and it stays; it needed **40.4 MB**: five times as much.");
            EXPECT_EQ(sentence("40 MB", list, true),
                      "Your first guess was 40 MB, and it stays. It was right: it needed **40.4 MB**.");
            EXPECT_EQ(sentence("8 MB of 8 MB, 40 MB", figures_of(80'000, 0)),
                      "You chose 8 MB; it is the nearest of the choices, and it needed **80.0 kB**: your guess was 100 "
                      "times as much.");
        }

        TEST(Guesses, KeepTheFirstAboutTheSameCode)
        {
            Guesses book;
            const Guess small = read_guess("8 MB"), large = read_guess("40 MB"), kept = read_guess("8 MB --kept");
            const std::string key = Guesses::key("id", "x = 1\n", small);
            EXPECT_EQ(book.first(key), nullptr);
            book.add(key, {1, "x = 1", small, {}, false});
            EXPECT_EQ(Guesses::key("id", "\nx = 1", large), key) << "blank lines do not make it another";
            EXPECT_NE(Guesses::key("id", "x = 2", small), key);
            EXPECT_NE(Guesses::key("other", "x = 1", small), key);
            EXPECT_NE(Guesses::key("id", "x = 1", kept), key);
            ASSERT_NE(book.first(key), nullptr);
            EXPECT_EQ(book.first(key)->guess.amount->bytes, 8'000'000);
        }
    }
}
