// %memory alone: where the memory is now, by the cells that made it.
#include <algorithm>
#include <map>
#include <optional>

#include "core/ledger.hpp"
#include "core/makers.hpp"
#include "core/mappings.hpp"
#include "magics/commands.hpp"
#include "magics/session.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr std::size_t rows_shown = 10;

        using Bytes = std::array<std::int64_t, core::origin_count>;

        std::int64_t sum(const Bytes& bytes) { return bytes[0] + bytes[1] + bytes[2]; }

        struct Row
        {
            int cell = 0;
            Bytes bytes{};
        };

        // Past the allocators, by the learner's code and libraries; nullopt: not known.
        struct Mapped
        {
            std::int64_t bytes = 0;
            std::int64_t resident_bytes = 0;
        };

        std::optional<Mapped> read_mapped()
        {
            namespace mappings = core::mappings;
            return mappings::known() ? std::optional(Mapped{mappings::mapped_bytes(), mappings::resident_bytes()})
                                     : std::nullopt;
        }

        struct Overview
        {
            std::vector<Row> cells; // largest first
            Bytes sources{};
            Bytes kernel{};
            Bytes all{};
        };

        Overview read_overview()
        {
            Overview overview;
            std::map<int, Bytes> by_cell;
            for (const auto& [maker, amounts] : core::ledger::in_use_by_maker())
            {
                Bytes& row = maker == core::tutor      ? overview.kernel
                             : core::is_learner(maker) ? by_cell[core::makers::cell_of(maker)]
                                                       : overview.sources;
                for (std::size_t origin = 0; origin < core::origin_count; ++origin)
                {
                    row[origin] += amounts[origin].bytes;
                    overview.all[origin] += amounts[origin].bytes;
                }
            }
            for (const auto& [cell, bytes] : by_cell)
            {
                overview.cells.push_back({cell, bytes});
            }
            std::stable_sort(overview.cells.begin(), overview.cells.end(),
                             [](const Row& left, const Row& right) { return sum(left.bytes) > sum(right.bytes); });
            return overview;
        }

        report::Bar bar(const Bytes& bytes)
        {
            return {{report::Shade::python_small, bytes[0]},
                    {report::Shade::python_large, bytes[1]},
                    {report::Shade::native, bytes[2]}};
        }

        std::vector<report::Entry> row(const std::string& name, const std::string& words, const Bytes& bytes)
        {
            const std::string size = report::human_bytes(sum(bytes));
            return {name, words, size, {bar(bytes), size}};
        }

        report::Table table(const Overview& overview)
        {
            using report::Align;
            report::Table table;
            table.columns = {{"made by", Align::left}, {"", Align::left}, {"in use", Align::right}, {"", Align::bar}};
            Bytes others{};
            for (std::size_t index = 0; index < overview.cells.size(); ++index)
            {
                const Row& cell = overview.cells[index];
                if (index >= rows_shown)
                {
                    for (std::size_t origin = 0; origin < core::origin_count; ++origin)
                    {
                        others[origin] += cell.bytes[origin];
                    }
                    continue;
                }
                const auto record = session().record(cell.cell);
                table.rows.push_back(row(cell.cell == 0 ? "earlier cells" : "[" + std::to_string(cell.cell) + "]",
                                         record ? record->first_words : "", cell.bytes));
            }
            if (overview.cells.size() > rows_shown)
            {
                const auto more = static_cast<std::int64_t>(overview.cells.size() - rows_shown);
                table.rows.push_back(row("and " + report::count(more) + " more", "", others));
            }
            if (sum(overview.sources) > 0)
            {
                table.rows.push_back(row("code", "what compiling the cells left", overview.sources));
            }
            table.rows.push_back(row("kernel", "Python's start-up and the tutor", overview.kernel));
            return table;
        }

        nlohmann::json data(const Overview& overview, const std::optional<Mapped>& mapped,
                            const std::optional<std::int64_t>& resident)
        {
            nlohmann::json cells = nlohmann::json::array();
            for (const Row& cell : overview.cells)
            {
                cells.push_back({{"cell", cell.cell}, {"in_use_bytes", sum(cell.bytes)}});
            }
            return {{"in_use_bytes", sum(overview.all)},
                    {"python_small_bytes", overview.all[0]},
                    {"python_large_bytes", overview.all[1]},
                    {"native_bytes", overview.all[2]},
                    {"source_bytes", sum(overview.sources)},
                    {"kernel_bytes", sum(overview.kernel)},
                    {"cells", std::move(cells)},
                    {"mapped_bytes", mapped ? nlohmann::json(mapped->bytes) : nlohmann::json()},
                    {"resident_mapped_bytes", mapped ? nlohmann::json(mapped->resident_bytes) : nlohmann::json()},
                    {"resident_bytes", resident ? nlohmann::json(*resident) : nlohmann::json()}};
        }

        // The second half of the finding: which cell made most, where one made anything worth a name.
        void add_largest_cell(const Overview& overview, report::Document& document)
        {
            const std::int64_t all = sum(overview.all);
            if (overview.cells.empty() || sum(overview.cells[0].bytes) * 100 < all)
            {
                document.finding += overview.cells.empty() ? " Nothing of it was made by your cells."
                                                           : " No cell of yours made as much as 1\u00a0% of it.";
                return;
            }
            const Row& first = overview.cells[0];
            const std::string share = report::percent(static_cast<double>(sum(first.bytes)) / static_cast<double>(all));
            const std::string number = std::to_string(first.cell);
            document.finding +=
                (first.cell == 0 ? " Earlier cells made " : " Cell [" + number + "] made ") + share + " of it.";
            document.next = first.cell == 0 ? "%memory cells" : "%memory cell " + number;
        }

        std::vector<report::Document> run(const Request&)
        {
            const Overview overview = read_overview();
            const auto resident = resident_bytes();
            const auto mapped = read_mapped();
            const std::int64_t all = sum(overview.all);
            report::Document document;
            document.kind = "overview";
            document.finding = "In use: **" + report::human_bytes(all) + "**.";
            add_largest_cell(overview, document);
            document.parts.push_back(report::Picture{
                bar(overview.all), "Python objects " + report::human_bytes(overview.all[0] + overview.all[1]) + ", native " +
                                       report::human_bytes(overview.all[2])});
            document.parts.push_back(table(overview));
            if (mapped && mapped->bytes != 0)
            {
                document.parts.push_back(report::Paragraph{
                    "Besides, code of the cells has mapped " + report::human_bytes(mapped->bytes) +
                        " from the system itself, " + report::human_bytes(mapped->resident_bytes) + " of it in memory.",
                    true});
            }
            if (resident)
            {
                document.parts.push_back(
                    report::Paragraph{"Process memory (RSS): " + report::human_bytes(*resident) +
                                          ". It also holds the program itself, and free memory that Python "
                                          "and C keep ready.",
                                      true});
            }
            document.data = data(overview, mapped, resident);
            return {document};
        }

        std::string help() { return "%memory  where the memory is now, by the cells that made it"; }
    }

    Command overview_command() { return {"", "", "where the memory is now", {}, false, true, run, help}; }
}
