// %memory types: every object counted, by type and by the cells that made them; %memory mark: the counts kept, to compare with.
#include <algorithm>

#include "magics/commands.hpp"
#include "magics/options.hpp"
#include "magics/session.hpp"
#include "magics/type_counts.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using report::count;
        using report::human_bytes;
        using nlohmann::json;

        constexpr std::size_t most_cells_named = 3;
        constexpr std::size_t most_marks = 50;

        std::map<std::string, TypeCounts>& marks()
        {
            static std::map<std::string, TypeCounts> all;
            return all;
        }

        struct Choice
        {
            std::optional<int> cell;
            std::string since;
            std::size_t top = 15;
        };

        Amounts chosen(const ByCell& by_cell, const Choice& choice)
        {
            if (!choice.cell)
            {
                return of_cells(by_cell);
            }
            const auto found = by_cell.find(*choice.cell);
            return found == by_cell.end() ? Amounts{} : found->second;
        }

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

        // The learner's classes first, then by bytes, or by how much they changed.
        std::vector<const TypeCount*> ranked(const std::vector<TypeCount>& types, const Choice& choice)
        {
            std::vector<const TypeCount*> rows;
            for (const TypeCount& type : types)
            {
                const Amounts amounts = chosen(type.by_cell, choice);
                if (amounts.count != 0 || amounts.bytes != 0)
                {
                    rows.push_back(&type);
                }
            }
            std::stable_sort(rows.begin(), rows.end(),
                             [&](const TypeCount* left, const TypeCount* right)
                             {
                                 if (left->is_learners != right->is_learners)
                                 {
                                     return left->is_learners;
                                 }
                                 return std::abs(chosen(left->by_cell, choice).bytes) >
                                        std::abs(chosen(right->by_cell, choice).bytes);
                             });
            return rows;
        }

        std::string signed_count(std::int64_t number, bool is_difference)
        {
            return is_difference && number > 0 ? "+" + count(number) : count(number);
        }

        std::string signed_bytes(std::int64_t bytes, bool is_difference)
        {
            return is_difference && bytes > 0 ? "+" + human_bytes(bytes) : human_bytes(bytes);
        }

        struct View
        {
            const TypeCounts& counts;
            const Choice& choice;
            std::vector<const TypeCount*> rows{};
            Amounts objects{};
            Amounts tables{}, free{}, scanned{}, small{}, large{};
            std::int64_t all_bytes = 0; // of all that is told

            View(const TypeCounts& counted, const Choice& chosen_ones)
                : counts(counted), choice(chosen_ones), rows(ranked(counted.types, chosen_ones))
            {
                for (const TypeCount* type : rows)
                {
                    objects += chosen(type->by_cell, choice);
                }
                for (const TypeCount& type : counts.by_scan_only)
                {
                    scanned += chosen(type.by_cell, choice);
                }
                tables = chosen(counts.key_tables, choice);
                free = chosen(counts.free_lists, choice);
                small = chosen(counts.unclassified_small, choice);
                large = chosen(counts.unclassified_large, choice);
                all_bytes = objects.bytes + tables.bytes + free.bytes + scanned.bytes + small.bytes + large.bytes;
            }

            bool is_difference() const { return !choice.since.empty(); }
        };

        std::vector<report::Entry> row(const View& view, const std::string& name, const Amounts& amounts,
                                       const std::string& cells)
        {
            const bool is_difference = view.is_difference();
            std::vector<report::Entry> entries = {name, signed_count(amounts.count, is_difference),
                                                  signed_bytes(amounts.bytes, is_difference)};
            if (!is_difference)
            {
                entries.push_back(view.all_bytes > 0
                                      ? report::percent(static_cast<double>(amounts.bytes) / static_cast<double>(view.all_bytes))
                                      : "");
            }
            entries.push_back(cells);
            return entries;
        }

        report::Table table_of(const View& view)
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
                const Amounts amounts = chosen(type.by_cell, view.choice);
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
                table.rows.push_back(row(view, "and " + count(more) + (more == 1 ? " more type" : " more types"), others, ""));
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

        std::string objects_words(std::int64_t objects) { return count(objects) + (objects == 1 ? " object" : " objects"); }

        std::string finding_of(const View& view)
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
                const Amounts most = chosen(view.rows[0]->by_cell, view.choice);
                words += " " + count(most.count) + " are " + view.rows[0]->name + ".";
            }
            return words;
        }

        // What Python's start-up and the kernel made: folded away.
        report::Details kernel_details(const View& view)
        {
            Choice kernel = view.choice;
            kernel.cell = Whose::kernel;
            const View of_kernel(view.counts, kernel);
            report::Table table = table_of(of_kernel);
            for (auto& row : table.rows)
            {
                row.back() = report::Entry("");
            }
            table.columns.back().title = "";
            const std::string summary = "The kernel and Python's start-up: " +
                                        signed_count(of_kernel.objects.count, view.is_difference()) + " objects, " +
                                        signed_bytes(of_kernel.all_bytes, view.is_difference());
            return {summary, {table}};
        }

        json data_of(const Amounts& amounts) { return {{"count", amounts.count}, {"bytes", amounts.bytes}}; }

        json types_data(const View& view)
        {
            json all = json::array();
            for (std::size_t index = 0; index < std::min(view.rows.size(), view.choice.top); ++index)
            {
                const TypeCount& type = *view.rows[index];
                const Amounts amounts = chosen(type.by_cell, view.choice);
                const auto kernel = type.by_cell.find(Whose::kernel);
                json cells = json::array();
                for (const auto& [cell, of_cell] : type.by_cell)
                {
                    if (cell >= 0 && cells.size() < most_marks)
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

        json data_of(const View& view)
        {
            Choice kernel = view.choice;
            kernel.cell = Whose::kernel;
            const View of_kernel(view.counts, kernel);
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

        const TypeCounts& mark(const std::string& name)
        {
            const auto found = marks().find(name);
            if (found != marks().end())
            {
                return found->second;
            }
            std::string known;
            for (const auto& [other, counts] : marks())
            {
                known += (known.empty() ? "" : ", ") + other;
            }
            throw UsageError("There is no mark '" + name + "'. " +
                             (known.empty() ? "%memory mark " + name + " sets it now." : "The marks are: " + known + "."));
        }

        std::vector<report::Document> run_types(const Request& request)
        {
            Choice choice;
            int cell = 0;
            CLI::App app("", "types");
            const CLI::Option* of_cell = app.add_option("--cell", cell);
            app.add_option("--since", choice.since);
            app.add_option("--top", choice.top)->check(CLI::Range(1, 10'000));
            parse(app, request);
            if (of_cell->count() != 0)
            {
                if (!session().record(cell))
                {
                    throw UsageError("There is no cell [" + std::to_string(cell) + "]. %memory cells lists those there are.");
                }
                choice.cell = session().record(cell)->cell;
            }
            const TypeCounts* before = choice.since.empty() ? nullptr : &mark(choice.since);
            TypeCounts counts = count_types(request.progress);
            if (before != nullptr)
            {
                counts = difference(counts, *before);
            }
            const View view(counts, choice);
            report::Document document;
            document.kind = "types";
            document.finding = finding_of(view);
            document.parts.push_back(table_of(view));
            document.parts.push_back(kernel_details(view));
            document.next = before != nullptr ? "" : "%memory mark NAME, and later %memory types --since NAME";
            document.data = data_of(view);
            return {document};
        }

        std::vector<report::Document> run_mark(const Request& request)
        {
            std::string name;
            CLI::App app("", "mark");
            app.add_option("name", name)->required();
            parse(app, request);
            if (marks().size() >= most_marks && marks().count(name) == 0)
            {
                marks().erase(marks().begin());
            }
            TypeCounts counts = count_types(request.progress);
            std::int64_t objects = 0;
            for (const TypeCount& type : counts.types)
            {
                objects += of_cells(type.by_cell).count;
            }
            marks()[name] = std::move(counts);
            report::Document document;
            document.kind = "mark";
            document.finding = "Marked as " + name + ": " + objects_words(objects) + " of your cells are in use.";
            document.next = "%memory types --since " + name;
            document.data = {{"mark", name}, {"objects", objects}};
            return {document};
        }

        std::string types_help()
        {
            return "%memory types  counts every object that is in use, by type, with the cells that made them\n"
                   "%memory types --cell 3  those that cell [3] made\n"
                   "%memory types --since NAME  what came and what went since %memory mark NAME\n"
                   "%memory types --top 40  more rows";
        }

        std::string mark_help()
        {
            return "%memory mark NAME  keeps the counts of all objects as they are now, for %memory types --since NAME";
        }
    }

    Command types_command()
    {
        return {"types",
                "types [--cell N] [--since MARK] [--top N]",
                "counts every object in use, by type and by the cells that made them",
                {"--cell", "--since", "--top"},
                false,
                true,
                run_types,
                types_help,
                {"class Node:\n"
                 "    def __init__(self, number): self.number = number\n"
                 "nodes = [Node(n) for n in range(10_000)]\n"
                 "%memory types",
                 "%memory mark before\n"
                 "more = [Node(n) for n in range(2_000)]\n"
                 "%memory types --since before"}};
    }

    Command mark_command()
    {
        return {"mark",    "mark NAME", "keeps the counts of all objects, for %memory types --since NAME", {}, false, true, run_mark,
                mark_help, {"%memory mark before"}};
    }
}
