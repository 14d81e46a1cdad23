// %memory measure: what one piece of code costs, run once as it would run in a cell.
#include "magics/commands.hpp"
#include "magics/figures.hpp"
#include "magics/kept_words.hpp"
#include "magics/snippet.hpp"
#include "magics/trimmed.hpp"
#include "report/footer_details.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr std::int64_t worth_naming_bytes = 1'000;

        Snippet snippet_of(const Request& request)
        {
            if (request.body)
            {
                if (!request.line.empty())
                {
                    throw UsageError("%%memory measure takes no words on its line: write the statements below it.");
                }
                if (trimmed(*request.body).empty())
                {
                    throw UsageError("%%memory measure needs statements below it.");
                }
                return compile_statements("measure", *request.body);
            }
            if (request.line.empty())
            {
                throw UsageError("%memory measure needs an expression, like %memory measure sum(range(1_000)).");
            }
            if (!is_expression(request.line))
            {
                throw UsageError("%memory measure cannot read '" + request.line +
                                 "' as an expression. For statements write %%memory measure and the statements below it.");
            }
            return compile_expression("measure", request.line);
        }

        std::string marked(std::int64_t bytes) { return "**" + report::human_bytes(bytes) + "**"; }

        std::string finding(const Measured& measured)
        {
            const report::Figures& figures = measured.figures;
            const bool frees = figures.freed_earlier_bytes >= worth_naming_bytes;
            std::string words = "It needs " + std::string(measured.exact ? "" : "at least ") + marked(figures.peak_bytes) +
                                " at its peak" + (frees ? ", keeps " : " and keeps ") + kept_words(figures.kept_bytes);
            if (frees)
            {
                words += " and frees " + marked(figures.freed_earlier_bytes) + " of earlier cells";
            }
            if (measured.value_bytes >= worth_naming_bytes)
            {
                words += ". Its value holds " + marked(measured.value_bytes) + " until it is dropped";
            }
            return words + ".";
        }

        report::CellRecord record_of(const Measured& measured)
        {
            report::CellRecord record;
            record.figures = measured.figures;
            record.exact = measured.exact;
            record.why = measured.exact ? "" : why_at_least;
            record.seconds = measured.seconds;
            return record;
        }

        std::vector<report::Part> parts(const Snippet& snippet, const Measured& measured)
        {
            std::vector<report::Part> parts = report::footer_details(record_of(measured));
            auto& rows = std::get<report::Table>(parts.at(0)).rows;
            if (snippet.is_expression)
            {
                rows.insert(rows.begin(), {"held by its value", report::human_bytes(measured.value_bytes),
                                           report::exact_bytes(measured.value_bytes), ""});
            }
            rows.push_back({"time", report::human_seconds(measured.seconds), "", ""});
            parts.push_back(report::Paragraph{
                snippet.is_expression
                    ? "One run, in a copy of your names. “Kept” is what is still in use after the value was dropped."
                    : "One run, in a copy of your names. “Kept” is with the variables that it assigned; they are gone now.",
                true});
            return parts;
        }

        nlohmann::json data(const Measured& measured)
        {
            nlohmann::json data = report::to_json(measured.figures);
            data["value_bytes"] = measured.value_bytes;
            data["exact"] = measured.exact;
            data["why"] = measured.exact ? "" : why_at_least;
            data["seconds"] = measured.seconds;
            return data;
        }

        std::vector<report::Document> run(const Request& request)
        {
            const Snippet snippet = snippet_of(request);
            const Measured measured = run_measured(snippet, {}, false);
            report::Document document;
            document.kind = "measure";
            document.finding = finding(measured);
            document.parts = parts(snippet, measured);
            document.data = data(measured);
            return {document};
        }

        std::string help()
        {
            return "%memory measure EXPR  runs an expression once: its peak, what it kept, what its value holds\n"
                   "%%memory measure  the same for the statements below it\n"
                   "your variables  are seen; what the code assigns is gone afterwards, what it changes stays changed\n"
                   "one run  is what happened; %memory compare runs each part once to warm up and measures the next";
        }
    }

    Command measure_command()
    {
        return {"measure",
                "measure EXPR",
                "what one piece of code costs",
                {},
                true,
                false,
                run,
                help,
                {"%memory measure sum([n * n for n in range(1_000_000)])",
                 "%%memory measure\nsquares = [n * n for n in range(100_000)]\ntotal = sum(squares)"}};
    }
}
