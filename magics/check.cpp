// %memory check: passes if the cell stays within the limits.
#include "magics/check.hpp"

#include <algorithm>

#include "magics/check_failed.hpp"
#include "magics/commands.hpp"
#include "report/characters.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr int source_columns = 60;

        std::int64_t measured(const Figure& figure, const report::Figures& figures)
        {
            const nlohmann::json all = report::to_json(figures);
            return std::string(figure.field) == "freed_bytes" ? figures.freed_own_bytes + figures.freed_earlier_bytes
                                                              : all.at(figure.field).get<std::int64_t>();
        }

        bool is_peak(const Limit& limit) { return std::string(limit.figure->name) == "peak"; }
        bool is_kept(const Limit& limit) { return std::string(limit.figure->name) == "kept"; }

        // "It kept 8.00 MB; the limit is 1 kB." Where both would read the same, in exact bytes.
        std::string over_limit(const Limit& limit, std::int64_t amount, bool exact)
        {
            std::string measured = shown_amount(*limit.figure, amount), most = shown_limit(limit);
            if (!limit.figure->is_count && measured == report::human_bytes(limit.most.bytes))
            {
                measured = report::exact_bytes(amount);
                most = report::exact_bytes(limit.most.bytes);
            }
            std::string sentence = limit.figure->needed;
            sentence.replace(sentence.find("%s"), 2, (exact ? "" : "at least ") + measured);
            const bool at_it = amount == limit.most.bytes && !limit.inclusive;
            return "It " + sentence + (at_it ? "; it has to stay under " : "; the limit is ") + most + ".";
        }

        // "Line 2 made 8.00 MB of it: squares = [n * n for n in …]"
        std::string about(const Statement& statement, const std::string& what)
        {
            const bool one = statement.first_line == statement.last_line;
            const std::string source = report::visible(statement.source);
            const auto begin = source.find_first_not_of(' ');
            return (one ? "Line " : "Lines ") + std::to_string(statement.first_line) +
                   (one ? "" : "\u2013" + std::to_string(statement.last_line)) + " " + what + ": " +
                   report::cut_to_width(begin == std::string::npos ? "" : source.substr(begin), source_columns);
        }

        // The first statement that came to the peak, or as good as: what a later one adds to it may be a few bytes.
        std::string where_peak(const std::vector<Statement>& statements, std::int64_t peak_bytes)
        {
            const auto found =
                std::find_if(statements.begin(), statements.end(),
                             [&](const Statement& one) { return one.peak_bytes >= peak_bytes - peak_bytes / 100; });
            return found == statements.end() || peak_bytes == 0
                       ? ""
                       : about(*found, "brought it to " + report::human_bytes(found->peak_bytes));
        }

        std::string where_kept(const std::vector<Statement>& statements)
        {
            const auto found =
                std::max_element(statements.begin(), statements.end(),
                                 [](const Statement& a, const Statement& b) { return a.kept_bytes < b.kept_bytes; });
            return found == statements.end() || found->kept_bytes <= 0
                       ? ""
                       : about(*found, "made " + report::human_bytes(found->kept_bytes) + " of it");
        }

        std::string where(const Limit& limit, const BodyRun& run)
        {
            const bool known =
                std::all_of(run.statements.begin(), run.statements.end(), [](const Statement& one) { return one.known; });
            return !known           ? ""
                   : is_peak(limit) ? where_peak(run.statements, run.figures->peak_bytes)
                   : is_kept(limit) ? where_kept(run.statements)
                                    : "";
        }

        // The parts of it by who asked. Of a peak, a part is known to be at least what the others' own highest levels leave.
        std::string kinds(const Limit& limit, const report::Figures& figures)
        {
            static const char* const names[] = {"small Python objects",
                                                "large blocks of Python's (a list's places, a long text or bytes)",
                                                "native memory (C code such as numpy)"};
            if (!is_peak(limit) && !is_kept(limit))
            {
                return "";
            }
            const std::int64_t whole = is_peak(limit) ? figures.peak_bytes : figures.kept_bytes;
            std::int64_t peaks = 0, told = 0;
            for (const report::OriginFigures& origin : figures.origins)
            {
                peaks += origin.peak_bytes;
            }
            std::string words;
            int count = 0;
            for (std::size_t index = 0; index < figures.origins.size(); ++index)
            {
                const report::OriginFigures& origin = figures.origins[index];
                const std::int64_t bytes = is_peak(limit) ? whole - (peaks - origin.peak_bytes) : origin.kept_bytes;
                if (bytes > whole / 20)
                {
                    words += "\n    " + report::human_bytes(bytes) + " " + names[index];
                    told += bytes;
                    ++count;
                }
            }
            words = count == 1 ? words.substr(words.find_first_not_of("\n ")) : words;
            const char* begin = told >= whole - whole / 10 ? "Of that:" : "Of that at least:";
            return count == 0 ? "" : begin + std::string(count == 1 ? " " : "") + words;
        }

        const char* what_to_look_at(const Limit& limit)
        {
            return is_kept(limit)
                       ? "Look at: %memory cells (what is still in use),\n  %memory cell (all figures of this one)."
                   : is_peak(limit)
                       ? "Look at: %memory cell (all figures),\n  %memory compare A vs B (to try another way beside it)."
                       : "Look at: %memory cell (all figures).";
        }

        // The peak is a lower bound where several threads allocated at once.
        bool is_known(const Limit& limit, const BodyRun& run) { return run.exact || !is_peak(limit); }

        std::string failure(const std::vector<const Limit*>& failed, const BodyRun& run)
        {
            std::string message, last_kinds;
            for (const Limit* limit : failed)
            {
                const std::int64_t amount = measured(*limit->figure, *run.figures);
                message += (message.empty() ? "" : "\n") + over_limit(*limit, amount, is_known(*limit, run));
                if (limit->allows(amount))
                {
                    message += " Whether it was more is unknown, because " + run.why + ".";
                }
                const std::string line = where(*limit, run), parts = kinds(*limit, *run.figures);
                message += line.empty() ? "" : "\n  " + line;
                message += parts.empty() || parts == last_kinds ? "" : "\n  " + parts;
                last_kinds = parts;
            }
            return message + "\n" + what_to_look_at(*failed.front());
        }

        // "1.05 MB (1 MiB)" within brackets.
        std::string without_brackets(std::string words)
        {
            const auto at = words.find(" (");
            return at == std::string::npos ? words
                                           : words.substr(0, at) + " = " + words.substr(at + 2, words.size() - at - 3);
        }

        std::string passed(const std::vector<Limit>& limits, const report::Figures& figures)
        {
            std::string words;
            for (const Limit& limit : limits)
            {
                const std::int64_t amount = measured(*limit.figure, figures);
                words += (words.empty() ? "Passed: " : ", ") + std::string(limit.figure->name) + " " +
                         (is_kept(limit) && amount == 0 ? "nothing" : shown_amount(*limit.figure, amount)) + " (limit " +
                         without_brackets(shown_limit(limit)) + ")";
            }
            return words + ".";
        }

        std::vector<report::Document> run(const Request& request)
        {
            const std::vector<Limit> limits = read_limits(request.line);
            if (!request.body)
            {
                throw UsageError("%memory check holds the cell below it to limits: write %%memory check " + request.line +
                                 " as the cell's first line.");
            }
            const BodyRun ran = run_body(*request.body, "%%memory check " + request.line);
            if (ran.statements.empty())
            {
                raise_check_failed("There is no code to check yet: write it below the first line.");
            }
            return {check(limits, ran)};
        }

        std::string help()
        {
            return "%%memory check peak<10MB kept<1kB  runs the cell; passes with a word, or fails and says where\n"
                   "peak kept net allocated freed  figures in bytes; allocations is a count\n"
                   "< or <=  then 10MB, 10 MB, 10_000_000, 10 MiB\n"
                   "xmemory.check(\"peak<10MB\", code=\"…\")  the same in code; raises xmemory.CheckFailed";
        }
    }

    report::Document check(const std::vector<Limit>& limits, const BodyRun& run)
    {
        if (!run.figures)
        {
            raise_check_failed("What the code did is unknown, because " + run.why + ".");
        }
        std::vector<const Limit*> failed;
        nlohmann::json list = nlohmann::json::array();
        for (const Limit& limit : limits)
        {
            const std::int64_t amount = measured(*limit.figure, *run.figures);
            list.push_back({{"figure", limit.figure->name},
                            {"limit", limit.most.bytes},
                            {"inclusive", limit.inclusive},
                            {"measured", amount}});
            if (!limit.allows(amount) || !is_known(limit, run))
            {
                failed.push_back(&limit);
            }
        }
        if (!failed.empty())
        {
            raise_check_failed(failure(failed, run));
        }
        report::Document document;
        document.kind = "check";
        document.finding = passed(limits, *run.figures);
        document.data = report::to_json(*run.figures);
        document.data["passed"] = true;
        document.data["limits"] = std::move(list);
        document.data["seconds"] = run.seconds;
        return document;
    }

    Command check_command()
    {
        return {"check",
                "check LIMIT …",
                "passes if the cell stays within the limits",
                {},
                true,
                false,
                run,
                help,
                {"%%memory check peak<1kB kept<1kB\ntotal = sum(n * n for n in range(1_000_000))"}};
    }
}
