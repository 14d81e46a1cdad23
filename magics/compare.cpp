// %memory compare: what two or more pieces of code cost, side by side.
#include "magics/compare.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <regex>

#include "magics/commands.hpp"
#include "magics/compare_parts.hpp"
#include "magics/snippet.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr double enough_seconds = 0.3;
        constexpr std::size_t most_runs = 7;

        struct Row
        {
            std::string label;
            Measured memory;             // of the first run after the one that warms up
            std::vector<double> seconds; // of all measured runs, sorted
            bool repeats = true;         // every run gave the same figures

            double median() const { return seconds[seconds.size() / 2]; }
        };

        bool same_memory(const report::Figures& left, const report::Figures& right)
        {
            return left.peak_bytes == right.peak_bytes && left.kept_bytes == right.kept_bytes &&
                   left.allocated_bytes == right.allocated_bytes && left.allocated_blocks == right.allocated_blocks;
        }

        // Says between two runs what is done, once it takes more than two seconds in all.
        class Patience
        {
        public:
            explicit Patience(const Progress& progress) : progress_(progress) {}

            void say(const std::string& label, std::size_t run)
            {
                const auto now = std::chrono::steady_clock::now();
                if (now - began_ > std::chrono::seconds(2) && now - said_ > std::chrono::milliseconds(200))
                {
                    said_ = now;
                    progress_("Measuring " + label + ", run " + std::to_string(run) + " …");
                }
            }

        private:
            const Progress& progress_;
            std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
            std::chrono::steady_clock::time_point said_{};
        };

        std::vector<Row> measure(const std::vector<Snippet>& snippets, const Snippet& setup, const Progress& progress)
        {
            Patience patience(progress);
            std::vector<Row> rows;
            PyGC_Collect(); // what waited to be collected must not go in the middle of a part
            for (const Snippet& snippet : snippets)
            {
                patience.say(snippet.label, 1);
                run_measured(snippet, setup, true);
                rows.push_back({snippet.label, {}, {}, true});
            }
            double longest = 0;
            double spent = 0;
            for (std::size_t turn = 0; turn == 0 || (turn < most_runs && spent + longest < enough_seconds); ++turn)
            {
                for (std::size_t index = 0; index < snippets.size(); ++index)
                {
                    patience.say(snippets[index].label, turn + 2);
                    const Measured measured = run_measured(snippets[index], setup, turn > 0);
                    Row& row = rows[index];
                    row.repeats = row.repeats && (turn == 0 || same_memory(measured.figures, row.memory.figures));
                    row.memory = turn == 0 ? measured : row.memory;
                    row.seconds.push_back(measured.seconds);
                    spent += measured.seconds;
                }
                longest = turn == 0 ? spent : longest;
            }
            for (Row& row : rows)
            {
                std::sort(row.seconds.begin(), row.seconds.end());
            }
            return rows;
        }

        // "list" reads as "the list"; an expression is "the first".
        std::string named(const std::vector<Row>& rows, std::size_t index)
        {
            static const std::regex plain_words("[a-z][a-z ]*");
            static const char* const ordinals[] = {"first", "second", "third", "fourth", "fifth", "sixth"};
            const std::string& label = rows[index].label;
            const bool is_word = std::regex_match(label, plain_words);
            if (!is_word && index >= std::size(ordinals))
            {
                return "number " + std::to_string(index + 1);
            }
            return (index == 0 ? "The " : "the ") + (is_word ? label : ordinals[index]);
        }

        std::string peak_of(const Row& row)
        {
            return (row.memory.exact ? "" : "at least ") + report::human_bytes(row.memory.figures.peak_bytes);
        }

        // As under a cell: some bytes on one of Python's free lists are not worth a number.
        std::string kept_of(const Row& row)
        {
            const std::int64_t kept = row.memory.figures.kept_bytes;
            return kept == 0 ? "nothing" : kept < 1000 ? "under 1\u00a0kB" : report::human_bytes(kept);
        }

        std::string kept_words(const std::vector<Row>& rows)
        {
            const std::string first = kept_of(rows[0]);
            const bool alike = std::all_of(rows.begin(), rows.end(), [&](const Row& row) { return kept_of(row) == first; });
            if (alike)
            {
                return (rows.size() == 2 ? "Both keep " : "All keep ") + first + ".";
            }
            std::string words;
            for (std::size_t index = 0; index < rows.size(); ++index)
            {
                words +=
                    (index == 0 ? "" : ", ") + named(rows, index) + (index == 0 ? " keeps " : " ") + kept_of(rows[index]);
            }
            return words + ".";
        }

        std::string finding(const std::vector<Row>& rows)
        {
            std::string words;
            for (std::size_t index = 0; index < rows.size(); ++index)
            {
                words += (index == 0 ? "" : ", ") + named(rows, index) + (index == 0 ? " needs **" : " **") +
                         peak_of(rows[index]) + "**" + (index == 0 ? " at its peak" : "");
            }
            return words + ". " + kept_words(rows);
        }

        report::Bar bar_of(const report::Figures& figures)
        {
            // The parts of a peak by origin are known only for each origin's own highest level: one shade, of the largest.
            const auto& origins = figures.origins;
            const auto largest = std::max_element(origins.begin(), origins.end(),
                                                  [](const auto& a, const auto& b) { return a.peak_bytes < b.peak_bytes; });
            const auto shade = static_cast<report::Shade>(largest - origins.begin());
            return {{shade, figures.peak_bytes}};
        }

        report::Table table(const std::vector<Row>& rows)
        {
            using report::Align;
            report::Table table;
            table.columns = {{"", Align::left},      {"peak", Align::right},      {"", Align::bar},
                             {"kept", Align::right}, {"allocated", Align::right}, {"time", Align::right}};
            for (const Row& row : rows)
            {
                const report::Figures& figures = row.memory.figures;
                table.rows.push_back({row.label,
                                      peak_of(row),
                                      {bar_of(figures), "peak " + peak_of(row)},
                                      report::human_bytes(figures.kept_bytes),
                                      report::human_bytes(figures.allocated_bytes),
                                      report::human_seconds(row.median())});
            }
            return table;
        }

        report::Details details(const std::vector<Row>& rows)
        {
            using report::Align;
            report::Table exact;
            exact.columns = {{"", Align::left},         {"peak", Align::right},        {"kept", Align::right},
                             {"value", Align::right},   {"allocations", Align::right}, {"fastest", Align::right},
                             {"slowest", Align::right}, {"runs", Align::right}};
            for (const Row& row : rows)
            {
                const report::Figures& figures = row.memory.figures;
                exact.rows.push_back({row.label, report::exact_bytes(figures.peak_bytes),
                                      report::exact_bytes(figures.kept_bytes), report::exact_bytes(row.memory.value_bytes),
                                      report::count(figures.allocated_blocks), report::human_seconds(row.seconds.front()),
                                      report::human_seconds(row.seconds.back()),
                                      report::count(static_cast<std::int64_t>(row.seconds.size()))});
            }
            report::Details folded;
            folded.summary = "Exact figures";
            folded.parts.push_back(std::move(exact));
            folded.parts.push_back(report::Paragraph{
                "Each ran once to warm up; the bytes are of the run after that, the time is the median. The value of "
                "an expression is dropped at the end: what it held until then is under “value”.",
                true});
            return folded;
        }

        nlohmann::json data(const std::vector<Row>& rows)
        {
            nlohmann::json sections = nlohmann::json::array();
            for (const Row& row : rows)
            {
                nlohmann::json section = report::to_json(row.memory.figures);
                section["label"] = row.label;
                section["value_bytes"] = row.memory.value_bytes;
                section["exact"] = row.memory.exact;
                section["repeats"] = row.repeats;
                section["seconds"] = row.median();
                section["seconds_of_runs"] = row.seconds;
                sections.push_back(std::move(section));
            }
            return {{"sections", std::move(sections)}};
        }

        std::vector<report::Document> run(const Request& request)
        {
            if (request.body)
            {
                if (!request.line.empty())
                {
                    throw UsageError("%%memory compare takes no words on its line: write the parts below it, each under a "
                                     "line '## label'.");
                }
                const ComparedParts parts = parts_of_body(*request.body);
                return {compare(parts.sections, parts.setup, request.progress)};
            }
            return {compare(sections_of_line(request.line), "", request.progress)};
        }

        std::string help()
        {
            return "%memory compare A vs B  two expressions (or more): peak, kept, allocated and time of each\n"
                   "%memory compare sum([n * n for n in range(100_000)]) vs sum(n * n for n in range(100_000))  an example\n"
                   "%%memory compare  with a line '## label' above each part, for statements\n"
                   "your variables  are seen; what the parts assign is gone afterwards\n"
                   "lines above the first label  run before each part, unmeasured";
        }
    }

    report::Document compare(const std::vector<Section>& sections, const std::string& setup, const Progress& progress)
    {
        if (sections.size() < 2)
        {
            throw UsageError(
                "%memory compare needs two parts at least: %memory compare A vs B, or %%memory compare with a line "
                "'## label' above each part.");
        }
        std::vector<Snippet> snippets;
        for (const Section& section : sections)
        {
            snippets.push_back(section.is_expression ? compile_expression(section.label, section.source)
                                                     : compile_statements(section.label, section.source));
        }
        const bool has_setup = setup.find_first_not_of(" \t\r\n") != std::string::npos;
        const Snippet before = !has_setup ? Snippet{} : compile_statements("setup", setup);
        const std::vector<Row> rows = measure(snippets, before, progress);
        report::Document document;
        document.kind = "compare";
        document.finding = finding(rows);
        document.parts = {table(rows), details(rows)};
        const bool all_repeat = std::all_of(rows.begin(), rows.end(), [](const Row& row) { return row.repeats; });
        if (!all_repeat)
        {
            document.parts.insert(document.parts.begin() + 1,
                                  report::Paragraph{"Some runs took other amounts than the first: caches and free lists of "
                                                    "Python or a library had filled.",
                                                    true});
        }
        document.data = data(rows);
        return document;
    }

    Command compare_command()
    {
        return {"compare", "compare A vs B", "what pieces of code cost, side by side", {}, true, false, run, help};
    }
}
