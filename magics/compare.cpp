// %memory compare: what two or more pieces of code cost, side by side.
#include "magics/compare.hpp"

#include <algorithm>

#include "magics/commands.hpp"
#include "magics/compare_run.hpp"
#include "magics/compare_sizes.hpp"
#include "magics/compare_tables.hpp"
#include "magics/compare_words.hpp"
#include "magics/trimmed.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr std::size_t most_runs = 7;

        void check_number_of(const std::vector<Section>& sections, const CompareOptions& options)
        {
            const std::size_t needed = options.sizes ? 1 : 2;
            if (sections.size() < needed)
            {
                throw UsageError(
                    options.sizes ? "%memory compare needs a part to run over the sizes: write it after them, or, with "
                                    "%%memory compare, below a line '## label'."
                                  : "%memory compare needs two parts at least: %memory compare A vs B, or %%memory compare "
                                    "with a line '## label' above each part.");
            }
        }

        Snippet snippet_of(const Section& section, bool needs_value)
        {
            const std::string expression = trimmed(section.source);
            if (needs_value && !section.is_expression && !is_expression(expression))
            {
                throw UsageError("--first needs expressions that give something to go through, and '" + section.label +
                                 "' is statements: write what it makes as one expression.");
            }
            return section.is_expression || needs_value ? compile_expression(section.label, expression)
                                                        : compile_statements(section.label, section.source);
        }

        report::Paragraph remark(const std::string& words) { return report::Paragraph{words, true}; }

        report::Document compare_side_by_side(const std::vector<Snippet>& snippets, const Snippet& setup,
                                              const CompareOptions& options, Patience& patience)
        {
            const bool first = options.first;
            Turns turns{first ? 1 : most_runs, false};
            if (options.runs)
            {
                turns = {static_cast<std::size_t>(*options.runs), true};
            }
            Conditions conditions;
            conditions.iterates = first;
            const std::vector<ComparedRow> rows =
                run_compared(snippets, setup, conditions, turns, true, patience);
            report::Document document;
            document.kind = "compare";
            document.finding = first ? first_item_finding(rows) : compare_finding(rows);
            document.parts = {first ? first_item_table(rows) : compare_table(rows)};
            const auto all = [&](auto holds) { return std::all_of(rows.begin(), rows.end(), holds); };
            if (!all([](const ComparedRow& row) { return row.repeats; }))
            {
                document.parts.push_back(
                    remark("Some runs took other amounts than the first: caches and free lists of Python "
                           "or a library had filled."));
            }
            if (first && !all([](const ComparedRow& row) { return row.memory.first_item->is_there; }))
            {
                document.parts.push_back(remark("No item: it is empty, or an iterator that the run before has used up. "
                                                "Write the expression that makes it."));
            }
            document.parts.push_back(compare_details(rows));
            nlohmann::json sections = nlohmann::json::array();
            for (const ComparedRow& row : rows)
            {
                sections.push_back(to_json(row));
            }
            document.data = {{"sections", std::move(sections)}};
            return document;
        }

        std::vector<report::Document> run(const Request& request)
        {
            const ComparedLine line = compared_line(request.line);
            if (!request.body)
            {
                return {compare(sections_of_line(line.code), "", line.options, request.progress)};
            }
            if (!line.code.empty())
            {
                throw UsageError("%%memory compare takes sizes such as n=1_000..1_000_000, --first and --runs on its line, not '" +
                                 line.code + "': write the parts below it, each under a line '## label'.");
            }
            const ComparedParts parts = parts_of_body(*request.body);
            return {compare(parts.sections, parts.setup, line.options, request.progress)};
        }

        std::string help()
        {
            return "%memory compare A vs B  two expressions (or more): peak, kept, allocated and time of each\n"
                   "%%memory compare  with a line '## label' above each part, for statements\n"
                   "n=1_000..1_000_000  runs each part with n = 1_000, 10_000 … and says how its peak grows\n"
                   "n=10,100,5_000  the same with these sizes; any name may stand for n\n"
                   "--first  memory and time until the first item of each, and for all items one at a time\n"
                   "--runs 3  measures each part three times, however long that takes, and not up to seven times\n"
                   "your variables  are seen; what the parts assign is gone afterwards\n"
                   "lines above the first label  run before each part, unmeasured";
        }
    }

    report::Document compare(const std::vector<Section>& sections, const std::string& setup, const CompareOptions& options,
                             const Progress& progress)
    {
        check_number_of(sections, options);
        if (options.sizes && options.runs)
        {
            throw UsageError("With sizes each part runs once with each: leave --runs out.");
        }
        std::vector<Snippet> snippets;
        for (const Section& section : sections)
        {
            snippets.push_back(snippet_of(section, options.first));
        }
        const Snippet before = trimmed(setup).empty() ? Snippet{} : compile_statements("setup", setup);
        Patience patience(progress);
        return options.sizes ? compare_sizes(snippets, before, options, patience)
                             : compare_side_by_side(snippets, before, options, patience);
    }

    Command compare_command()
    {
        return {"compare",
                "compare A vs B",
                "what pieces of code cost, side by side",
                {"--first", "--runs"},
                true,
                false,
                run,
                help,
                {"%memory compare sum([n * n for n in range(100_000)]) vs sum(n * n for n in range(100_000))",
                 "%%memory compare n=1_000..100_000\n## list\nsum([k * k for k in range(n)])\n## generator\n"
                 "sum(k * k for k in range(n))",
                 "%memory compare --first [n * n for n in range(100_000)] vs (n * n for n in range(100_000))"}};
    }
}
