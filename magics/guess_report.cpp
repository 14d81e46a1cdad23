#include "magics/guess_report.hpp"

#include <cmath>

#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::string needed(bool of_kept, std::int64_t bytes)
        {
            return (of_kept ? "it kept **" : "it needed **") + (bytes == 0 ? "nothing" : report::human_bytes(bytes)) + "**";
        }

        // 5.05 → "five times"; "" below 1.5
        std::string times(double factor)
        {
            static const char* const words[] = {"",    "",      "twice", "three", "four", "five",
                                                "six", "seven", "eight", "nine",  "ten"};
            if (!(factor >= 1.5) || factor >= 1e6)
            {
                return factor >= 1e6 ? "over a million times" : "";
            }
            const double whole = std::round(factor);
            if (factor < 10.5 && std::abs(factor - whole) <= factor * 0.05)
            {
                return words[static_cast<int>(whole)] + std::string(whole == 2 ? "" : " times");
            }
            const auto tenths = static_cast<std::int64_t>(std::llround(factor * 10));
            return (factor < 10 ? report::count(tenths / 10) + "." + std::to_string(tenths % 10)
                                : report::count(std::llround(factor))) +
                   " times";
        }

        nlohmann::json data_of(const Guess& guess)
        {
            nlohmann::json choices = nlohmann::json::array();
            for (const Quantity& choice : guess.choices)
            {
                choices.push_back(choice.bytes);
            }
            return {{"guess_bytes", guess.amount ? nlohmann::json(guess.amount->bytes) : nlohmann::json(nullptr)},
                    {"figure", guess.of_kept ? "kept" : "peak"},
                    {"choices", std::move(choices)}};
        }

        report::Document document_of(const Guess& guess)
        {
            report::Document document;
            document.kind = "predict";
            document.data = data_of(guess);
            return document;
        }

        std::string finding(const AnsweredGuess& answered, bool repeated)
        {
            const Verdict& verdict = answered.verdict;
            const std::string guess = shown(*answered.guess.amount);
            const std::string measured = needed(answered.guess.of_kept, verdict.measured_bytes);
            const std::string far = how_far(answered);
            const bool off_the_list = !answered.guess.choices.empty() && !answered.guess.is_choice;
            const std::string stays = "Your first guess was " + guess + ", and it stays";
            const std::string you = (answered.guess.is_choice ? "ou chose " : "ou guessed ") + guess +
                                    (off_the_list ? ", which is none of the choices" : "");
            const std::string off = measured + (far.empty() ? "" : ": " + far) + ".";
            if (verdict.only_nearest)
            {
                return (repeated ? stays : "Y" + you) + "; it is the nearest of the choices, and " + off;
            }
            switch (verdict.closeness)
            {
            case Closeness::right:
                return repeated ? stays + ". It was right: " + measured + "." : "Right: y" + you + ", and " + measured + ".";
            case Closeness::near:
                return repeated ? stays + ". It was near: " + measured + "." : "Near: y" + you + ", and " + measured + ".";
            default:
                return (repeated ? stays : "Y" + you) + "; " + off;
            }
        }
    }

    std::string how_far(const AnsweredGuess& answered)
    {
        const double ratio = answered.verdict.ratio;
        if (answered.verdict.measured_bytes == 0 || answered.guess.amount->bytes == 0)
        {
            return "";
        }
        const std::string far = times(ratio < 1 ? 1 / ratio : ratio);
        return far.empty() ? "" : ratio < 1 ? far + " as much" : "your guess was " + far + " as much";
    }

    report::Document answered(const AnsweredGuess& guess, bool repeated)
    {
        report::Document document = document_of(guess.guess);
        const Verdict& verdict = guess.verdict;
        document.finding = finding(guess, repeated);
        if (!verdict.because.empty())
        {
            document.parts.push_back(report::Paragraph{verdict.because});
        }
        if (guess.after_answer && !repeated)
        {
            document.parts.push_back(
                report::Paragraph{"The answer had been shown before: %memory progress marks it so.", true});
        }
        document.data["measured_bytes"] = verdict.measured_bytes;
        document.data["ratio"] = verdict.ratio;
        document.data["verdict"] = to_string(verdict.closeness);
        document.data["missed"] = verdict.missed.empty() ? nlohmann::json(nullptr) : nlohmann::json(verdict.missed);
        document.data["first"] = !repeated;
        document.data["after_answer"] = guess.after_answer;
        return document;
    }

    report::Document unreadable(const Guess& guess, bool held_back)
    {
        report::Document document = document_of(guess);
        document.finding = guess.why;
        if (held_back)
        {
            document.parts.push_back(
                report::Paragraph{"The cell runs all the same. What it " + std::string(guess.of_kept ? "keeps" : "needs") +
                                      " is not told yet: the guess that you write now is your first one.",
                                  true});
        }
        document.data["measured_bytes"] = nullptr;
        document.data["verdict"] = "unreadable";
        return document;
    }

    report::Document declined(const Guess& guess, const report::Figures& figures)
    {
        report::Document document = document_of(guess);
        const std::int64_t measured = guess.of_kept ? figures.kept_bytes : figures.peak_bytes;
        const bool unreadable = !guess.why.empty();
        std::string answer = needed(guess.of_kept, measured);
        answer[0] = 'I';
        document.finding =
            (unreadable ? guess.why : "No guess yet.") + " " + answer + (guess.of_kept ? "." : " at its peak.");
        if (!unreadable)
        {
            document.parts.push_back(report::Paragraph{
                "Next time, write " +
                    (guess.choices.empty() ? "your guess, such as 40 MB," : "one of " + shown(guess.choices)) +
                    " in place of the ? before you run it.",
                true});
        }
        document.data["measured_bytes"] = measured;
        document.data["verdict"] = unreadable ? "unreadable" : "none";
        return document;
    }

    report::Document undecided(const Guess& guess, std::int64_t at_least_bytes, const std::string& why)
    {
        report::Document document = document_of(guess);
        document.finding = at_least_bytes < 0 ? "What it needed is unknown, because " + why + "."
                                              : "It needed at least **" + report::human_bytes(at_least_bytes) +
                                                    "**; more is not known (" + why + "), so the guess is not counted.";
        document.data["measured_bytes"] = nullptr;
        document.data["verdict"] = "none";
        return document;
    }

    report::Document noted(const WaitingGuess& waiting)
    {
        report::Document document = document_of(waiting.guess);
        const std::string cell = waiting.about_itself ? "this cell " : "the next cell ";
        document.finding = waiting.guess.amount ? "Noted: " + shown(*waiting.guess.amount) + " for what " + cell +
                                                      (waiting.guess.of_kept ? "keeps." : "needs at its peak.")
                           : waiting.guess.why.empty()
                               ? "No guess yet. Write one in place of the ?" +
                                     (waiting.guess.choices.empty() ? ": %memory predict 40 MB"
                                                                    : ", one of " + shown(waiting.guess.choices)) +
                                     "."
                               : waiting.guess.why;
        document.data["verdict"] = "waiting";
        return document;
    }
}
