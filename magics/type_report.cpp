#include "magics/type_report.hpp"

#include <algorithm>

#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using nlohmann::json;
        using report::count;
        using report::human_bytes;

        constexpr std::size_t most_cells_named = 3;
        constexpr std::size_t most_cells_in_data = 50;

        std::string cells_words(const ByCell& by_cell)
        {
            std::vector<std::pair<int, std::int64_t>> cells;
            for (const auto& [cell, amounts] : by_cell)
            {
                if (cell >= 0)
                {
                    cells.emplace_back(cell, amounts.bytes);
                }
            }
            std::stable_sort(cells.begin(), cells.end(),
                             [](const auto& left, const auto& right) { return left.second > right.second; });
            std::string words;
            for (std::size_t index = 0; index < std::min(cells.size(), most_cells_named); ++index)
            {
                words += (index == 0 ? "" : ", ") +
                         (cells[index].first == 0 ? "earlier cells" : "[" + std::to_string(cells[index].first) + "]");
            }
            return cells.size() <= most_cells_named
                       ? words
                       : words + " and " + count(static_cast<std::int64_t>(cells.size() - most_cells_named)) + " more";
        }

        std::string signed_count(std::int64_t number, bool is_difference)
        {
            return is_difference && number > 0 ? "+" + count(number) : count(number);
        }

        std::string signed_bytes(std::int64_t bytes, bool is_difference)
        {
            return is_difference && bytes > 0 ? "+" + human_bytes(bytes) : human_bytes(bytes);
        }

        std::vector<report::Entry> row(const TypeView& view, const std::string& name, const Amounts& amounts,
                                       const std::string& cells)
        {
            const bool is_difference = view.is_difference();
            std::vector<report::Entry> entries = {name, signed_count(amounts.count, is_difference),
                                                  signed_bytes(amounts.bytes, is_difference)};
            if (!is_difference)
            {
                entries.push_back(view.all_bytes > 0 ? report::percent(static_cast<double>(amounts.bytes) /
                                                                       static_cast<double>(view.all_bytes))
                                                     : "");
            }
            entries.push_back(cells);
            return entries;
        }

        report::Table table_of(const TypeView& view)
        {
            using report::Align;
            report::Table table;
            table.columns = {{"type", Align::left}, {"objects", Align::right}, {"bytes", Align::right}};
            if (!view.is_difference())
            {
                table.columns.push_back({"share", Align::right});
            }
            table.columns.push_back({"made by", Align::left});
            Amounts others;
            for (std::size_t index = 0; index < view.rows.size(); ++index)
            {
                const TypeCount& type = *view.rows[index];
                const Amounts amounts = view.of(type);
                if (index >= view.choice.top)
                {
                    others += amounts;
                    continue;
                }
                table.rows.push_back(row(view, type.name, amounts, cells_words(type.by_cell)));
            }
            if (view.rows.size() > view.choice.top)
            {
                const auto more = static_cast<std::int64_t>(view.rows.size() - view.choice.top);
                table.rows.push_back(
                    row(view, "and " + count(more) + (more == 1 ? " more type" : " more types"), others, ""));
            }
            const auto add = [&](const char* name, const Amounts& amounts)
            {
                if (amounts.count != 0 || amounts.bytes != 0)
                {
                    table.rows.push_back(row(view, name, amounts, ""));
                }
            };
            add("tables of attribute names, shared by instances", view.tables);
            add("kept by Python for the next objects (free lists)", view.free);
            add("looks like an object, but nothing known leads to it", view.scanned);
            add("unclassified: small blocks", view.small);
            add("unclassified: large and native blocks", view.large);
            return table;
        }

        std::string finding_of(const TypeView& view)
        {
            const std::string whose =
                view.choice.cell ? "cell [" + std::to_string(*view.choice.cell) + "]" : std::string("your cells");
            if (view.is_difference())
            {
                const std::int64_t bytes = view.all_bytes;
                return "Since the mark " + view.choice.since + ": " + signed_count(view.objects.count, true) +
                       (std::abs(view.objects.count) == 1 ? " object" : " objects") + " of " + whose + ", **" +
                       signed_bytes(bytes, true) + "**.";
            }
            if (view.objects.count == 0 && view.all_bytes == 0)
            {
                return "Nothing that " + whose + " made is in use.";
            }
            std::string words = "Of " + whose + " **" + objects_words(view.objects.count) + "** are in use, " +
                                human_bytes(view.all_bytes) + ".";
            if (!view.rows.empty())
            {
                const Amounts most = view.of(*view.rows[0]);
                words += " " + count(most.count) + " are " + view.rows[0]->name + ".";
            }
            return words;
        }

        // Rows that seem to be a mistake: a list taken from a free list is in a block that the kernel made once, its items are not.
        bool has_bytes_without_objects(const TypeView& view)
        {
            const auto shown = view.rows.begin() + static_cast<std::ptrdiff_t>(std::min(view.rows.size(), view.choice.top));
            return !view.is_difference() && std::any_of(view.rows.begin(), shown,
                                                        [&](const TypeCount* type)
                                                        {
                                                            const Amounts amounts = view.of(*type);
                                                            return amounts.count == 0 && amounts.bytes > 0;
                                                        });
        }

        // What Python's start-up and the kernel made: folded away.
        report::Details kernel_details(const TypeView& view)
        {
            TypeChoice kernel = view.choice;
            kernel.cell = Whose::kernel;
            const TypeView of_kernel(view.counts, kernel);
            report::Table table = table_of(of_kernel);
            for (auto& row : table.rows)
            {
                row.back() = report::Entry("");
            }
            table.columns.back().title = "";
            const std::string summary =
                "The kernel and Python's start-up: " + signed_count(of_kernel.objects.count, view.is_difference()) +
                " objects, " + signed_bytes(of_kernel.all_bytes, view.is_difference());
            return {summary, {table}};
        }

        json data_of(const Amounts& amounts) { return {{"count", amounts.count}, {"bytes", amounts.bytes}}; }

        json types_data(const TypeView& view)
        {
            json all = json::array();
            for (std::size_t index = 0; index < std::min(view.rows.size(), view.choice.top); ++index)
            {
                const TypeCount& type = *view.rows[index];
                const Amounts amounts = view.of(type);
                const auto kernel = type.by_cell.find(Whose::kernel);
                json cells = json::array();
                for (const auto& [cell, of_cell] : type.by_cell)
                {
                    if (cell >= 0 && cells.size() < most_cells_in_data)
                    {
                        cells.push_back({{"cell", cell}, {"count", of_cell.count}, {"bytes", of_cell.bytes}});
                    }
                }
                all.push_back({{"type", type.name},
                               {"is_learners", type.is_learners},
                               {"count", amounts.count},
                               {"bytes", amounts.bytes},
                               {"kernel_count", kernel == type.by_cell.end() ? 0 : kernel->second.count},
                               {"cells", cells}});
            }
            return all;
        }

        json data_of(const TypeView& view)
        {
            TypeChoice kernel = view.choice;
            kernel.cell = Whose::kernel;
            const TypeView of_kernel(view.counts, kernel);
            return {{"objects", view.objects.count},
                    {"object_bytes", view.objects.bytes},
                    {"all_bytes", view.all_bytes},
                    {"types", types_data(view)},
                    {"more_types", view.rows.size() - std::min(view.rows.size(), view.choice.top)},
                    {"shared_key_tables", data_of(view.tables)},
                    {"free_lists", data_of(view.free)},
                    {"found_by_scan_only", data_of(view.scanned)},
                    {"unclassified_small", data_of(view.small)},
                    {"unclassified_large", data_of(view.large)},
                    {"kernel_objects", of_kernel.objects.count},
                    {"kernel_bytes", of_kernel.all_bytes},
                    {"unreadable_pools", view.counts.unreadable_pools},
                    {"cell", view.choice.cell ? json(*view.choice.cell) : json()},
                    {"since", view.is_difference() ? json(view.choice.since) : json()}};
        }
    }

    std::string objects_words(std::int64_t objects) { return count(objects) + (objects == 1 ? " object" : " objects"); }

    report::Document type_report(const TypeView& view)
    {
        report::Document document;
        document.kind = "types";
        document.finding = finding_of(view);
        document.parts.push_back(table_of(view));
        if (has_bytes_without_objects(view))
        {
            document.parts.push_back(
                report::Paragraph{"0 objects with bytes: the objects' own blocks were made earlier, by others, and "
                                  "Python gave them out again (free lists); what they hold was made by your cells."});
        }
        document.parts.push_back(kernel_details(view));
        document.next = view.is_difference() ? "" : "%memory mark NAME, and later %memory types --since NAME";
        document.data = data_of(view);
        return document;
    }
}
