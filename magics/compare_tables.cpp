#include "magics/compare_tables.hpp"

#include <algorithm>

#include "magics/compare_words.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using report::Align;

        report::Bar bar_of(const report::Figures& figures, std::int64_t peak_bytes)
        {
            // The parts of a peak by origin are known only for each origin's own highest level: one shade, of the largest.
            const auto& origins = figures.origins;
            const auto largest = std::max_element(origins.begin(), origins.end(),
                                                  [](const auto& a, const auto& b) { return a.peak_bytes < b.peak_bytes; });
            const auto shade = static_cast<report::Shade>(largest - origins.begin());
            return {{shade, peak_bytes}};
        }
    }

    report::Table compare_table(const std::vector<ComparedRow>& rows)
    {
        report::Table table;
        table.columns = {{"", Align::left},      {"peak", Align::right},      {"", Align::bar},
                         {"kept", Align::right}, {"allocated", Align::right}, {"time", Align::right}};
        for (const ComparedRow& row : rows)
        {
            const report::Figures& figures = row.memory.figures;
            const std::string peak = peak_words(row.memory, figures.peak_bytes);
            table.rows.push_back({row.label,
                                  peak,
                                  {bar_of(figures, figures.peak_bytes), "peak " + peak},
                                  report::human_bytes(figures.kept_bytes),
                                  report::human_bytes(figures.allocated_bytes),
                                  report::human_seconds(row.median())});
        }
        return table;
    }

    report::Table first_item_table(const std::vector<ComparedRow>& rows)
    {
        report::Table table;
        table.columns = {{"", Align::left}, {"first", Align::right}, {"peak", Align::right},
                         {"", Align::bar},  {"all", Align::right},   {"peak", Align::right}};
        for (const ComparedRow& row : rows)
        {
            const FirstItem& first = *row.memory.first_item;
            const std::string peak = peak_words(row.memory, first.peak_bytes);
            table.rows.push_back({row.label,
                                  first.is_there ? report::human_seconds(first.seconds) : "none",
                                  peak,
                                  {bar_of(row.memory.figures, first.peak_bytes), "peak until the first item " + peak},
                                  report::human_seconds(row.memory.seconds),
                                  peak_words(row.memory, row.memory.figures.peak_bytes)});
        }
        return table;
    }

    report::Details compare_details(const std::vector<ComparedRow>& rows)
    {
        const bool have_first_items = rows.at(0).memory.first_item.has_value();
        report::Table exact;
        exact.columns = {{"", Align::left}, {"peak", Align::right}, {"kept", Align::right}, {"value", Align::right}};
        if (have_first_items)
        {
            exact.columns.insert(exact.columns.begin() + 1, {"until the first item", Align::right});
        }
        for (const char* title : {"allocations", "fastest", "slowest", "runs"})
        {
            exact.columns.push_back({title, Align::right});
        }
        for (const ComparedRow& row : rows)
        {
            const report::Figures& figures = row.memory.figures;
            exact.rows.push_back({row.label, report::exact_bytes(figures.peak_bytes),
                                  report::exact_bytes(figures.kept_bytes), report::exact_bytes(row.memory.value_bytes),
                                  report::count(figures.allocated_blocks), report::human_seconds(row.seconds.front()),
                                  report::human_seconds(row.seconds.back()),
                                  report::count(static_cast<std::int64_t>(row.seconds.size()))});
            if (have_first_items)
            {
                exact.rows.back().insert(exact.rows.back().begin() + 1,
                                         report::Entry(report::exact_bytes(row.memory.first_item->peak_bytes)));
            }
        }
        report::Details folded;
        folded.summary = "Exact figures";
        folded.parts.push_back(std::move(exact));
        folded.parts.push_back(report::Paragraph{
            have_first_items
                ? "Each ran once to warm up; the bytes are of the run after that. The items were taken one at a time "
                  "and dropped: what a list of them would hold comes on top."
                : "Each ran once to warm up; the bytes are of the run after that, the time is the median. The value of "
                  "an expression is dropped at the end: what it held until then is under “value”.",
            true});
        return folded;
    }

    nlohmann::json to_json(const ComparedRow& row)
    {
        nlohmann::json section = report::to_json(row.memory.figures);
        section["label"] = row.label;
        section["value_bytes"] = row.memory.value_bytes;
        section["exact"] = row.memory.exact;
        section["repeats"] = row.repeats;
        section["seconds"] = row.median();
        section["seconds_of_runs"] = row.seconds;
        if (const auto& first = row.memory.first_item)
        {
            section["has_items"] = first->is_there;
            section["first_item_peak_bytes"] = first->peak_bytes;
            section["first_item_seconds"] = first->seconds;
        }
        return section;
    }
}
