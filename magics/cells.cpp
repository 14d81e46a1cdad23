// %memory cells: the cells ranked by what is still in use of them, by their peak, or by what they freed.
#include <algorithm>
#include <map>

#include "magics/background.hpp"
#include "magics/commands.hpp"
#include "magics/options.hpp"
#include "magics/session.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using report::CellRecord;

        struct Ranking
        {
            const char* column;
            const char* words; // "[4] … of"
            std::int64_t (*bytes)(const CellRecord&);
        };

        std::int64_t in_use(const CellRecord& record) { return record.still_in_use_bytes.value_or(0); }

        std::int64_t peak(const CellRecord& record) { return record.figures ? record.figures->peak_bytes : 0; }

        std::int64_t freed(const CellRecord& record) { return record.figures ? record.figures->freed_earlier_bytes : 0; }

        const std::map<std::string, Ranking>& rankings()
        {
            static const std::map<std::string, Ranking> all = {
                {"in-use", {"still in use", "has most still in use", in_use}},
                {"peak", {"peak", "needed most while running", peak}},
                {"freed", {"freed of earlier cells", "freed most of earlier cells", freed}}};
            return all;
        }

        std::vector<CellRecord> ranked(const Ranking& ranking)
        {
            std::vector<CellRecord> records = session().records();
            std::stable_sort(records.begin(), records.end(),
                             [&](const CellRecord& left, const CellRecord& right)
                             { return ranking.bytes(left) > ranking.bytes(right); });
            return records;
        }

        report::Table table(const std::vector<CellRecord>& records, const Ranking& ranking, std::size_t top)
        {
            using report::Align;
            report::Table table;
            table.columns = {{"cell", Align::left}, {"", Align::left}, {ranking.column, Align::right}, {"", Align::bar}};
            for (std::size_t index = 0; index < std::min(top, records.size()); ++index)
            {
                const CellRecord& record = records[index];
                const std::int64_t bytes = ranking.bytes(record);
                const report::Bar bar = {{report::Shade::python_small, bytes}};
                table.rows.push_back({"[" + std::to_string(record.cell) + "]",
                                      record.first_words,
                                      report::human_bytes(bytes),
                                      {bar, report::human_bytes(bytes)}});
            }
            return table;
        }

        void add_background(std::vector<CellRecord> records, report::Document& document)
        {
            constexpr std::size_t sentences = 3;
            const auto bytes = [](const CellRecord& record) { return record.background_bytes.value_or(0); };
            std::stable_sort(records.begin(), records.end(),
                             [&](const CellRecord& left, const CellRecord& right) { return bytes(left) > bytes(right); });
            for (std::size_t index = 0; index < std::min(sentences, records.size()) && bytes(records[index]) != 0; ++index)
            {
                document.parts.push_back(report::Paragraph{background_sentence(records[index]), false});
            }
        }

        std::vector<report::Document> run(const Request& request)
        {
            std::string by = "in-use";
            std::size_t top = 10;
            CLI::App app("", "cells");
            app.add_option("--by", by)->check(CLI::IsMember({"in-use", "peak", "freed"}));
            app.add_option("--top", top)->check(CLI::Range(1, 1000));
            parse(app, request);
            const Ranking& ranking = rankings().at(by);
            const std::vector<CellRecord> records = ranked(ranking);
            report::Document document;
            document.kind = "cells";
            document.data = {{"by", by}, {"cells", nlohmann::json::array()}};
            for (const CellRecord& record : records)
            {
                document.data["cells"].push_back(report::to_json(record));
            }
            if (records.empty() || ranking.bytes(records[0]) == 0)
            {
                document.finding =
                    by == "in-use" ? "Nothing that a cell made is still in use." : "No cell has anything to rank.";
                add_background(records, document);
                return {document};
            }
            document.finding = "Cell [" + std::to_string(records[0].cell) + "] " + ranking.words + ": **" +
                               report::human_bytes(ranking.bytes(records[0])) + "**.";
            document.parts.push_back(table(records, ranking, top));
            if (records.size() > top)
            {
                document.parts.push_back(report::Paragraph{
                    "and " + report::count(static_cast<std::int64_t>(records.size() - top)) + " more cells", true});
            }
            add_background(records, document);
            document.next = "%memory cell " + std::to_string(records[0].cell);
            return {document};
        }

        std::string help()
        {
            return "%memory cells             ranked by what is still in use of each\n"
                   "%memory cells --by peak   by what each needed while running\n"
                   "%memory cells --by freed  by what each freed of earlier cells\n"
                   "%memory cells --top 20    how many are listed (10)";
        }
    }

    Command cells_command()
    {
        return {"cells",
                "cells [--by in-use|peak|freed] [--top N]",
                "the cells, ranked",
                {"--by", "--top"},
                false,
                true,
                run,
                help,
                {"%memory cells --by peak"}};
    }
}
