// %memory predict: guess before the measurement.
#include "magics/predict.hpp"

#include <sstream>
#include <utility>

#include "magics/cell_body.hpp"
#include "magics/commands.hpp"
#include "magics/guess_report.hpp"
#include "magics/guesses.hpp"
#include "report/characters.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr int first_words_columns = 40;

        // A cell's code without lines of %memory and comments: what a guess can be about.
        std::string own_code(const std::string& code)
        {
            std::string own;
            std::istringstream lines(code);
            for (std::string line; std::getline(lines, line);)
            {
                const auto begin = line.find_first_not_of(" \t\r");
                const bool is_code =
                    begin != std::string::npos && line[begin] != '#' && line.compare(begin, 7, "%memory") != 0;
                own += is_code ? line + "\n" : "";
            }
            return own;
        }

        std::string first_words(const std::string& code)
        {
            const std::string line = code.substr(0, code.find('\n'));
            return report::cut_to_width(report::visible(line), first_words_columns);
        }

        struct Outcome // of the cell or the body that a guess is about
        {
            std::optional<report::Figures> figures;
            bool exact = true;
            std::string why;
        };

        // The figures stay unsaid where they have not been said before: what is written next is then still a first guess.
        report::Document could_not_read(const Guess& guess, const CellSource& source, const std::string& code)
        {
            const bool is_known = guesses().answer_is_known(Guesses::key(source.cell_id, code, guess));
            guesses().holds_back = !is_known && source.number != 0;
            return unreadable(guess, !is_known);
        }

        report::Document answer(const Guess& guess, const CellSource& source, const std::string& code,
                                const Outcome& outcome)
        {
            const std::string key = Guesses::key(source.cell_id, code, guess);
            const bool was_known = guesses().answer_is_known(key);
            if (!guess.why.empty() && !was_known)
            {
                return could_not_read(guess, source, code);
            }
            const bool at_least = !outcome.exact && !guess.of_kept;
            if (!outcome.figures || at_least)
            {
                return undecided(guess, outcome.figures ? outcome.figures->peak_bytes : -1, outcome.why);
            }
            guesses().answer_was_shown(key);
            if (!guess.amount)
            {
                return declined(guess, *outcome.figures);
            }
            if (const AnsweredGuess* first = guesses().first(key))
            {
                AnsweredGuess again = *first;
                again.verdict = judge(again.guess, *outcome.figures);
                return answered(again, first->guess.amount->bytes != guess.amount->bytes);
            }
            const AnsweredGuess now = {source.number, first_words(code), guess, judge(guess, *outcome.figures), was_known};
            guesses().add(key, now);
            return answered(now, false);
        }

        std::vector<report::Document> run(const Request& request)
        {
            const Guess guess = read_guess(request.line);
            const CellSource source = session().running_source();
            if (request.body)
            {
                const BodyRun ran = run_body(*request.body, "%%memory predict " + request.line);
                return {answer(guess, source, own_code(*request.body), {ran.figures, ran.exact, ran.why})};
            }
            const std::string code = own_code(source.code);
            guesses().waiting = WaitingGuess{guess, source.number, !code.empty()};
            if (guess.why.empty() || code.empty())
            {
                return {noted(*guesses().waiting)};
            }
            guesses().waiting.reset();
            return {could_not_read(guess, source, code)};
        }

        std::string help()
        {
            return "%%memory predict 40 MB  guess what the cell needs at its peak, then run it\n"
                   "%%memory predict 1 kB --kept  guess what it keeps\n"
                   "%%memory predict ? of 8 MB, 40 MB, 400 MB  write one of the choices in place of the ?\n"
                   "%memory predict 40 MB  a line of a cell is about that cell; alone in a cell, about the next one\n"
                   "the first guess  about a piece of code stays; %memory progress shows how near all were";
        }
    }

    bool take_held_back() { return std::exchange(guesses().holds_back, false); }

    std::optional<report::Document> answer_of(const report::CellRecord& record, const CellSource& source)
    {
        if (!guesses().waiting || source.number == 0)
        {
            return std::nullopt;
        }
        const WaitingGuess waiting = *guesses().waiting;
        const std::string code = own_code(source.code);
        const bool is_it = waiting.about_itself == (waiting.cell == source.number) && !code.empty();
        if (!is_it || record.status != "ok")
        {
            guesses().waiting = waiting.about_itself ? std::nullopt : guesses().waiting;
            return std::nullopt;
        }
        guesses().waiting.reset();
        return answer(waiting.guess, source, code, {record.figures, record.exact, record.why});
    }

    Command predict_command()
    {
        return {"predict",
                "predict GUESS",
                "guess before the measurement",
                {"--kept", "--peak"},
                true,
                false,
                run,
                help,
                {"%%memory predict 8 MB\nsquares = [n * n for n in range(1_000_000)]",
                 "%%memory predict ? of 8 MB, 40 MB, 400 MB\nsquares = [n * n for n in range(1_000_000)]"}};
    }
}
