#include "magics/gc_watch.hpp"

#include "report/numbers.hpp"

namespace xmemory::magics
{
    report::Document watch_report(const report::CellRecord& record)
    {
        using report::Align;
        using report::count;
        using report::human_seconds;
        std::int64_t runs = 0;
        std::int64_t collected = 0;
        double seconds = 0;
        report::Table table;
        table.columns = {{"generation", Align::left},
                         {"runs", Align::right},
                         {"collected", Align::right},
                         {"longest", Align::right},
                         {"in all", Align::right}};
        for (const report::Collections& one : record.gc)
        {
            runs += one.collections;
            collected += one.collected;
            seconds += one.seconds.value_or(0);
            table.rows.push_back({std::to_string(one.generation), count(one.collections), count(one.collected),
                                  one.longest_seconds ? human_seconds(*one.longest_seconds) : "unknown",
                                  one.seconds ? human_seconds(*one.seconds) : "unknown"});
        }
        report::Document document;
        document.kind = "gc";
        document.finding = "The collector ran " + (runs == 1 ? "once" : count(runs) + " times") + ": it collected " +
                           count(collected) + (collected == 1 ? " object" : " objects") +
                           (record.collections ? " and took " + human_seconds(seconds) + "." : ".");
        document.parts = {table};
        const nlohmann::json whole = report::to_json(record);
        document.data = {{"cell", record.cell}, {"gc", whole.at("gc")}, {"collections", whole.at("collections")}};
        return document;
    }
}
