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

        // "It kept 8.00 MB, and the limit is 1 kB." Where both would read the same, in exact bytes.
        std::string over_limit(const Limit& limit, std::int64_t bytes, bool exact)
        {
            std::string amount = shown_amount(*limit.figure, bytes), most = shown_limit(limit);
            if (!limit.figure->is_count && report::human_bytes(bytes) == report::human_bytes(limit.most.bytes))
            {
                amount = report::exact_bytes(bytes);
                most = report::exact_bytes(limit.most.bytes);
            }
            std::string needed = limit.figure->needed;
            needed.replace(needed.find("%s"), 2, (exact ? "" : "at least ") + amount);
            return "It " + needed + "; the limit is " + (limit.inclusive ? "" : "under ") + most + ".";
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

        // What of it can be told apart for certain: a part of the peak is known only to be as high as what the others' own
        // highest levels leave.
        std::string kinds(const Limit& limit, const report::Figures& figures)
        {
            static const char* const names[] = {"small Python objects",
                                                "large blocks of Python's, such as the places of a list",
                                                "native memory (C code such as numpy)"};
            std::string words;
            for (std::size_t index = 0; index < figures.origins.size(); ++index)
            {
                std::int64_t bytes = figures.origins[index].kept_bytes, whole = figures.kept_bytes;
                if (is_peak(limit))
                {
                    whole = bytes = figures.peak_bytes;
                    for (std::size_t other = 0; other < figures.origins.size(); ++other)
                    {
                        bytes -= other == index ? 0 : figures.origins[other].peak_bytes;
                    }
                }
                if ((is_peak(limit) || is_kept(limit)) && bytes > whole / 20)
                {
                    words += (words.empty() ? "" : ", ") + report::human_bytes(bytes) + " " + names[index];
                }
            }
            return words.empty() ? "" : (is_peak(limit) ? "At least: " : "Of that: ") + words + ".";
        }

        const char* what_to_look_at(const Limit& limit)
        {
            return is_kept(limit) ? "Look at: %memory cells (what is still in use), %memory cell (all figures of this one)."
                   : is_peak(limit)
                       ? "Look at: %memory cell (all figures), %memory compare A vs B (to try another way beside it)."
                       : "Look at: %memory cell (all figures).";
        }

        // The peak is a lower bound where several threads allocated at once.
        bool is_known(const Limit& limit, const BodyRun& run) { return run.exact || !is_peak(limit); }

        std::string failure(const std::vector<const Limit*>& failed, const BodyRun& run)
        {
            std::string message;
            for (const Limit* limit : failed)
            {
                const std::int64_t amount = measured(*limit->figure, *run.figures);
                const bool undecided = limit->allows(amount);
                message += (message.empty() ? "" : "\n") + over_limit(*limit, amount, is_known(*limit, run));
                if (undecided)
                {
                    message += " Whether it was more is unknown, because " + run.why + ".";
                }
                for (const std::string& line : {where(*limit, run), kinds(*limit, *run.figures)})
                {
                    message += line.empty() ? "" : "\n  " + line;
                }
            }
            return message + "\n" + what_to_look_at(*failed.front());
        }

        std::string passed(const std::vector<Limit>& limits, const report::Figures& figures)
        {
            std::string words;
            for (const Limit& limit : limits)
            {
                const std::int64_t amount = measured(*limit.figure, figures);
                words += (words.empty() ? "Passed: " : ", ") + std::string(limit.figure->name) + " " +
                         (is_kept(limit) && amount == 0 ? "nothing" : shown_amount(*limit.figure, amount)) + " (limit " +
                         shown_limit(limit) + ")";
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
            return {check(limits, run_body(*request.body, "%%memory check " + request.line))};
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
