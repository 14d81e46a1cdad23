// %memory structures: the same data in different structures, what each takes and how fast it is.
#include <algorithm>

#include "magics/bytes_each.hpp"
#include "magics/collection_bench.hpp"
#include "magics/commands.hpp"
#include "magics/compare_options.hpp"
#include "magics/record_bench.hpp"
#include "magics/structure_words.hpp"
#include "magics/trimmed.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using report::Align;

        std::string share(std::int64_t bytes, std::int64_t count)
        {
            return count == 0 ? "" : bytes_each(static_cast<double>(bytes) / static_cast<double>(count));
        }

        std::string time(const std::optional<double>& seconds) { return seconds ? report::human_seconds(*seconds) : ""; }

        report::Table bytes_table(const std::vector<CollectionRow>& rows, const Items& items)
        {
            const bool items_are_known =
                std::all_of(rows.begin(), rows.end(),
                            [](const CollectionRow& row) { return !row.not_possible.empty() || row.with_item_bytes; });
            report::Table table;
            table.columns = {{"", Align::left}, {"itself", Align::right}, {"", Align::bar}, {"each", Align::right}};
            if (items_are_known)
            {
                table.columns.push_back({std::string("with its ") + items.noun() + "s", Align::right});
            }
            for (const CollectionRow& row : rows)
            {
                if (row.not_possible.empty())
                {
                    const std::string bytes = (row.exact ? "" : "at least ") + report::human_bytes(row.bytes);
                    table.rows.push_back({row.name, bytes, {row.bytes_by_origin, bytes}, share(row.bytes, row.held)});
                    if (items_are_known)
                    {
                        table.rows.back().push_back(report::human_bytes(*row.with_item_bytes));
                    }
                }
            }
            return table;
        }

        report::Table times_table(const std::vector<CollectionRow>& rows)
        {
            report::Table table;
            table.columns = {{"", Align::left},          {"build", Align::right},         {"find the first", Align::right},
                             {"the last", Align::right}, {"a missing one", Align::right}, {"go through all", Align::right}};
            for (const CollectionRow& row : rows)
            {
                if (row.not_possible.empty())
                {
                    table.rows.push_back({row.name, time(row.build_seconds), time(row.first_seconds), time(row.last_seconds),
                                          time(row.missing_seconds), time(row.iterate_seconds)});
                }
            }
            return table;
        }

        report::Table records_table(const std::vector<RecordRow>& rows, std::int64_t count)
        {
            report::Table table;
            table.columns = {{"records of two fields", Align::left},
                             {"themselves", Align::right},
                             {"", Align::bar},
                             {"each", Align::right},
                             {"build", Align::right}};
            for (const RecordRow& row : rows)
            {
                const std::string bytes = (row.exact ? "" : "at least ") + report::human_bytes(row.bytes);
                table.rows.push_back({row.name,
                                      bytes,
                                      {row.bytes_by_origin, bytes},
                                      share(row.bytes, count),
                                      report::human_seconds(row.build_seconds)});
            }
            return table;
        }

        report::Details details(const std::vector<CollectionRow>& rows, const std::vector<RecordRow>& records,
                                const Items& items)
        {
            report::Table exact;
            exact.columns = {{"", Align::left},
                             {"itself", Align::right},
                             {"peak while building", Align::right},
                             {"holds", Align::right},
                             {"with its " + std::string(items.noun()) + "s", Align::right}};
            for (const CollectionRow& row : rows)
            {
                if (row.not_possible.empty())
                {
                    exact.rows.push_back({row.name, report::exact_bytes(row.bytes), report::exact_bytes(row.peak_bytes),
                                          report::count(row.held),
                                          row.with_item_bytes ? report::exact_bytes(*row.with_item_bytes) : "unknown"});
                }
            }
            for (const RecordRow& row : records)
            {
                exact.rows.push_back({row.name + " records", report::exact_bytes(row.bytes),
                                      report::exact_bytes(row.peak_bytes), report::count(items.count()), ""});
            }
            report::Details folded;
            folded.summary = "Exact figures";
            folded.parts.push_back(std::move(exact));
            folded.parts.push_back(report::Paragraph{
                "“Itself” is the structure alone, made of items that are there already: they are the same objects in each, "
                "and "
                "array and numpy hold plain numbers instead; the dict has them as keys, with None for each. Each record "
                "holds the same item twice; the list that holds "
                "the records is not counted. Times are medians of some runs; a search is one `item in structure`.",
                true});
            return folded;
        }

        nlohmann::json optional_number(const std::optional<double>& number)
        {
            return number ? nlohmann::json(*number) : nlohmann::json(nullptr);
        }

        nlohmann::json data(const std::vector<CollectionRow>& rows, const std::vector<RecordRow>& records,
                            const Items& items)
        {
            nlohmann::json data = {
                {"items", items.count()}, {"structures", nlohmann::json::array()}, {"records", nlohmann::json::array()}};
            for (const CollectionRow& row : rows)
            {
                if (!row.not_possible.empty())
                {
                    data["structures"].push_back({{"name", row.name}, {"not_possible", row.not_possible}});
                    continue;
                }
                data["structures"].push_back(
                    {{"name", row.name},
                     {"not_possible", nullptr},
                     {"bytes", row.bytes},
                     {"peak_bytes", row.peak_bytes},
                     {"exact", row.exact},
                     {"items_held", row.held},
                     {"with_items_bytes", row.with_item_bytes ? nlohmann::json(*row.with_item_bytes) : nullptr},
                     {"build_seconds", row.build_seconds},
                     {"find_first_seconds", optional_number(row.first_seconds)},
                     {"find_last_seconds", optional_number(row.last_seconds)},
                     {"find_missing_seconds", row.missing_seconds},
                     {"iterate_seconds", row.iterate_seconds}});
            }
            for (const RecordRow& row : records)
            {
                data["records"].push_back({{"name", row.name},
                                           {"bytes", row.bytes},
                                           {"peak_bytes", row.peak_bytes},
                                           {"exact", row.exact},
                                           {"build_seconds", row.build_seconds}});
            }
            return data;
        }

        std::vector<report::Document> run(const Request& request)
        {
            Patience patience(request.progress);
            std::string line = trimmed(request.line);
            const std::optional<int> runs = take_runs(line);
            const Items items = take_items(line, patience);
            const std::vector<CollectionRow> rows = measure_collections(items, runs, patience);
            const std::vector<RecordRow> records =
                items.count() > 0 ? measure_records(items, patience) : std::vector<RecordRow>();
            PyGC_Collect(); // what was dropped does not stay on Python's free lists
            const StructureWords words = {items.words(), items.noun(), items.count() == 0};
            report::Document document;
            document.kind = "structures";
            document.finding = structures_finding(rows, words);
            document.parts = {bytes_table(rows, items), times_table(rows)};
            if (!records.empty())
            {
                document.parts.push_back(records_table(records, items.count()));
            }
            for (const std::string& sentence : structures_advice(rows, records, words))
            {
                document.parts.push_back(report::Paragraph{sentence, false});
            }
            if (const std::string left_out = structures_left_out(rows); !left_out.empty())
            {
                document.parts.push_back(report::Paragraph{left_out, true});
            }
            document.parts.push_back(details(rows, records, items));
            document.data = data(rows, records, items);
            return {document};
        }

        std::string help()
        {
            return "%memory structures  100,000 numbers as list, tuple, set, frozenset, dict, deque, array and numpy, and "
                   "as "
                   "records of two fields\n"
                   "%memory structures 1_000  so many numbers\n"
                   "--runs 3  times are of three runs, and not of as many as a short time allows\n"
                   "%memory structures EXPR  the items of a list, set, generator … of yours, taken once";
        }
    }

    Command structures_command()
    {
        return {"structures",
                "structures [N | EXPR]",
                "the same data in different structures",
                {"--runs"},
                false,
                false,
                run,
                help,
                {"%memory structures 10_000", "words = ['pool', 'arena', 'block'] * 100\n%memory structures words"}};
    }
}
