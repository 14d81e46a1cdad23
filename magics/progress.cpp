// %memory progress: how near the guesses were so far.
#include <algorithm>

#include "magics/commands.hpp"
#include "magics/guess_report.hpp"
#include "magics/guesses.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::int64_t count_of(Closeness closeness)
        {
            const auto& all = guesses().all();
            return std::count_if(all.begin(), all.end(),
                                 [&](const AnsweredGuess& one) { return one.verdict.closeness == closeness; });
        }

        // "3 of 5 guesses were right; the others were too small."
        std::string finding()
        {
            const auto all = static_cast<std::int64_t>(guesses().all().size());
            const std::int64_t right = count_of(Closeness::right), near = count_of(Closeness::near),
                               small = count_of(Closeness::too_small), large = count_of(Closeness::too_large);
            const int kinds = (near > 0) + (small > 0) + (large > 0);
            const std::string what = near > 0 ? "near" : small > 0 ? "too small" : "too large"; // where it is but one kind
            if (all == 1)
            {
                return "Your one guess was **" + (right == 1 ? "right" : what) + "**.";
            }
            const std::string number = right == all ? "All " : right == 0 ? "None of " : report::count(right) + " of ";
            const std::string words =
                "**" + number + report::count(all) + "** guesses " + (right <= 1 ? "was right" : "were right");
            if (kinds == 0)
            {
                return words + ".";
            }
            if (kinds == 1)
            {
                const std::string who = right == 0 ? "all were " : all - right == 1 ? "the other was " : "the others were ";
                return words + "; " + who + what + ".";
            }
            std::string others;
            const auto add = [&](std::int64_t count, const char* what)
            { others += count == 0 ? "" : (others.empty() ? "; " : ", ") + report::count(count) + " " + what; };
            add(near, "near");
            add(small, "too small");
            add(large, "too large");
            return words + others + ".";
        }

        const char* words_of(Closeness closeness)
        {
            static const char* const words[] = {"right", "near", "too small", "too large"};
            return words[static_cast<std::size_t>(closeness)];
        }

        std::string label(const AnsweredGuess& guess) { return "[" + std::to_string(guess.cell) + "] " + guess.first_words; }

        report::Nearness picture()
        {
            report::Nearness picture;
            for (const AnsweredGuess& guess : guesses().all())
            {
                const auto measured = std::max<std::int64_t>(guess.verdict.measured_bytes, 1);
                const double ratio = guess.verdict.closeness == Closeness::right
                                         ? 1
                                         : std::max<double>(static_cast<double>(guess.guess.amount->bytes), 1) /
                                               static_cast<double>(measured);
                picture.rows.push_back({"[" + std::to_string(guess.cell) + "]", ratio, words_of(guess.verdict.closeness)});
                picture.alternative_text += (picture.alternative_text.empty() ? "" : ", ") + picture.rows.back().label +
                                            " " + picture.rows.back().remark;
            }
            return picture;
        }

        report::Table table()
        {
            using report::Align;
            report::Table table;
            table.columns = {{"cell", Align::left},
                             {"", Align::left},
                             {"guess", Align::right},
                             {"measured", Align::right},
                             {"", Align::left}};
            for (const AnsweredGuess& guess : guesses().all())
            {
                table.rows.push_back(
                    {label(guess), guess.guess.of_kept ? "kept" : "peak", shown(*guess.guess.amount),
                     report::human_bytes(guess.verdict.measured_bytes),
                     std::string(words_of(guess.verdict.closeness)) + (guess.after_answer ? ", after the answer" : "")});
            }
            return table;
        }

        nlohmann::json data()
        {
            nlohmann::json list = nlohmann::json::array();
            for (const AnsweredGuess& guess : guesses().all())
            {
                nlohmann::json one = answered(guess, false).data;
                one["cell"] = guess.cell;
                one["code"] = guess.first_words;
                list.push_back(std::move(one));
            }
            return {{"guesses", std::move(list)},
                    {"right", count_of(Closeness::right)},
                    {"near", count_of(Closeness::near)},
                    {"too_small", count_of(Closeness::too_small)},
                    {"too_large", count_of(Closeness::too_large)}};
        }

        std::vector<report::Document> run(const Request& request)
        {
            if (!request.words.empty())
            {
                throw UsageError("%memory progress takes no words: it shows all guesses so far.");
            }
            report::Document document;
            document.kind = "progress";
            document.data = data();
            if (guesses().all().empty())
            {
                document.finding = "No guesses yet.";
                document.next = "%%memory predict 40 MB as the first line of a cell: guess what it needs, then run it";
                return {document};
            }
            document.finding = finding();
            document.parts = {picture(), table()};
            return {document};
        }

        std::string help() { return "%memory progress  your guesses with %memory predict so far, and how near they were"; }
    }

    Command progress_command()
    {
        return {"progress", "progress",          "how near your guesses were so far", {}, false, true, run,
                help,       {"%memory progress"}};
    }
}
