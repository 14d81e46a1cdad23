#include "magics/compare_sizes.hpp"

#include "magics/compare_run.hpp"
#include "magics/compare_tables.hpp"
#include "magics/compare_words.hpp"
#include "magics/growth.hpp"
#include "report/emphasis.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using report::Align;
        using Runs = std::vector<std::vector<ComparedRow>>; // by size, then by part

        struct Study
        {
            const Sizes& sizes;
            bool first;
            Runs runs;

            std::size_t parts() const { return runs[0].size(); }
            const std::string& label(std::size_t part) const { return runs[0][part].label; }
            const char* condition() const { return first ? " until its first item" : ""; }

            std::int64_t bytes(std::size_t size, std::size_t part) const
            {
                const Measured& measured = runs[size][part].memory;
                return first ? measured.first_item->peak_bytes : measured.figures.peak_bytes;
            }

            std::vector<report::Chart::Point> points(std::size_t part) const
            {
                std::vector<report::Chart::Point> points;
                for (std::size_t size = 0; size < runs.size(); ++size)
                {
                    points.push_back({sizes.numbers[size], bytes(size, part)});
                }
                return points;
            }

            bool exact(std::size_t part) const
            {
                for (const auto& rows : runs)
                {
                    if (!rows[part].memory.exact)
                    {
                        return false;
                    }
                }
                return true;
            }
        };

        std::string growth_clause(const Study& study, std::size_t part)
        {
            return study.exact(part) ? growth_words(growth_of(study.points(part)), study.sizes.variable)
                                     : "is known as “at least” only: several threads allocated at once";
        }

        // "The list’s peak", "the generator’s"; what stands in quotes has no ’s: "The peak of “sorted”", "that of “sorted”".
        std::string subject(const Study& study, std::size_t part)
        {
            if (study.parts() == 1)
            {
                return std::string("Its peak") + study.condition();
            }
            const std::string name = part_name(study.label(part), part, part == 0);
            const bool is_quoted = name.rfind("“", 0) == 0;
            if (part == 0)
            {
                return (is_quoted ? "The peak of " + name : name + "’s peak") + study.condition();
            }
            return is_quoted ? "that of " + name : name + "’s";
        }

        std::string finding(const Study& study)
        {
            std::string words;
            for (std::size_t part = 0; part < study.parts(); ++part)
            {
                words += (part == 0 ? "" : "; ") + subject(study, part) + " " + growth_clause(study, part);
            }
            return words + ".";
        }

        report::Chart chart(const Study& study, const std::string& finding)
        {
            report::Chart chart;
            chart.x_label = study.sizes.variable;
            chart.y_label = std::string("peak") + study.condition();
            chart.alternative_text = report::plain(finding);
            for (std::size_t part = 0; part < study.parts(); ++part)
            {
                chart.series.push_back({study.label(part), study.points(part)});
            }
            return chart;
        }

        // Sizes as rows, parts as columns.
        template <typename Words>
        report::Table table(const Study& study, Words words)
        {
            report::Table table;
            table.columns = {{study.sizes.variable, Align::right}};
            for (std::size_t part = 0; part < study.parts(); ++part)
            {
                table.columns.push_back({study.label(part), Align::right});
            }
            for (std::size_t size = 0; size < study.runs.size(); ++size)
            {
                table.rows.push_back({report::Entry(report::count(study.sizes.numbers[size]))});
                for (std::size_t part = 0; part < study.parts(); ++part)
                {
                    table.rows.back().push_back(words(size, part));
                }
            }
            return table;
        }

        report::Details details(const Study& study)
        {
            report::Details folded;
            folded.summary = "Exact figures and times";
            folded.parts.push_back(table(study, [&](std::size_t size, std::size_t part)
                                         { return report::exact_bytes(study.bytes(size, part)); }));
            folded.parts.push_back(table(study,
                                         [&](std::size_t size, std::size_t part)
                                         {
                                             const Measured& measured = study.runs[size][part].memory;
                                             return report::human_seconds(study.first ? measured.first_item->seconds
                                                                                      : measured.seconds);
                                         }));
            folded.parts.push_back(report::Paragraph{"Each part ran twice for each size: once to warm up, and once "
                                                     "measured. Growth is told from the bytes alone.",
                                                     true});
            return folded;
        }

        nlohmann::json data(const Study& study)
        {
            nlohmann::json sections = nlohmann::json::array();
            for (std::size_t part = 0; part < study.parts(); ++part)
            {
                nlohmann::json runs = nlohmann::json::array();
                for (std::size_t size = 0; size < study.runs.size(); ++size)
                {
                    runs.push_back(to_json(study.runs[size][part]));
                    runs.back()["size"] = study.sizes.numbers[size];
                }
                const Growth growth = growth_of(study.points(part));
                sections.push_back({{"label", study.label(part)},
                                    {"growth", study.exact(part) ? nlohmann::json(growth_name(growth.kind)) : nullptr},
                                    {"growth_of", study.first ? "first_item_peak_bytes" : "peak_bytes"},
                                    {"bytes_for_each", growth.bytes_for_each},
                                    {"runs", std::move(runs)}});
            }
            return {{"variable", study.sizes.variable}, {"sizes", study.sizes.numbers}, {"sections", std::move(sections)}};
        }
    }

    report::Document compare_sizes(const std::vector<Snippet>& snippets, const Snippet& setup, const CompareOptions& options,
                                   Patience& patience)
    {
        Study study{*options.sizes, options.first, {}};
        for (const std::int64_t number : options.sizes->numbers)
        {
            const Conditions conditions = {options.sizes->variable, number, options.first};
            study.runs.push_back(run_compared(snippets, setup, conditions, Turns{}, false, patience));
        }
        report::Document document;
        document.kind = "compare";
        document.finding = finding(study);
        document.parts = {chart(study, document.finding),
                          table(study, [&](std::size_t size, std::size_t part)
                                { return peak_words(study.runs[size][part].memory, study.bytes(size, part)); }),
                          details(study)};
        document.data = data(study);
        return document;
    }
}
