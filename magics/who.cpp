// %memory who: who holds an object, and what one types so that it goes; without one, what would be freed with each variable.
#include <algorithm>
#include <memory>

#include "cpython/holders.hpp"
#include "magics/commands.hpp"
#include "magics/heap_walk.hpp"
#include "magics/named_values.hpp"
#include "magics/notebook_places.hpp"
#include "magics/ranking.hpp"
#include "magics/trimmed.hpp"
#include "report/characters.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using cpython::Holder;
        using cpython::Holders;
        using cpython::sum_of;
        using nlohmann::json;
        using report::Align;
        using report::count;
        using report::human_bytes;

        constexpr std::size_t most_holders = 8;
        constexpr std::size_t most_variables = 15;
        constexpr int longest_label = 60;

        std::string cut(const std::string& label) { return report::cut_to_width(report::visible(label), longest_label); }

        std::string holders_of(std::int64_t number) { return number == 1 ? "one holder" : count(number) + " holders"; }

        bool only_gc_frees(const Holders& holders)
        {
            return !holders.each.empty() &&
                   std::all_of(holders.each.begin(), holders.each.end(),
                               [](const Holder& one)
                               { return one.kind == Holder::Kind::cycle || one.kind == Holder::Kind::garbage; });
        }

        // One that takes it from all holders, where there is one.
        std::string statement_for_all(const Holders& holders)
        {
            if (holders.each.empty() || holders.more > 0)
            {
                return "";
            }
            const std::string& first = holders.each[0].lets_go;
            return std::all_of(holders.each.begin(), holders.each.end(),
                               [&](const Holder& one) { return one.lets_go == first; })
                       ? first
                       : "";
        }

        std::string finding_of(const std::string& label, const std::string& type, const Holders& holders)
        {
            const std::string name = cut(label);
            if (holders.is_part_of_program)
            {
                return name + " is part of Python itself (" + type + "): it never goes, whoever holds it.";
            }
            const std::string size = name + ": **" + human_bytes(holders.exclusive_bytes) + "**, ";
            if (holders.each.empty())
            {
                return size + "which nothing holds: the expression has just made it, and it goes now.";
            }
            if (only_gc_frees(holders))
            {
                return size + "which nothing holds but what waits for the garbage collector: " + holders.each[0].lets_go +
                       " frees it.";
            }
            const std::int64_t number = static_cast<std::int64_t>(holders.each.size()) + holders.more;
            const std::string all = statement_for_all(holders);
            return size + holders_of(number) + (all.empty() ? "." : ". " + cut(all) + " lets go of it.");
        }

        report::Fan picture_of(const std::string& label, const Holders& holders)
        {
            report::Fan fan;
            fan.object = report::cut_to_width(report::visible(label), 18);
            fan.alternative_text = "the ways that lead to " + cut(label);
            for (const Holder& holder : holders.each)
            {
                fan.rows.push_back(
                    {cut(holder.path) + (holder.references > 1 ? " (" + count(holder.references) + " times)" : ""),
                     static_cast<int>(holder.kind), std::max(0, static_cast<int>(holder.steps.size()) - 1)});
            }
            fan.not_shown = holders.more > 0 ? "and " + count(holders.more) + " more" : "";
            return fan;
        }

        // A sentence each.
        report::Paragraph sentences_of(const Holders& holders)
        {
            std::string sentences;
            for (const Holder& holder : holders.each)
            {
                const bool is_last = holder.kind == Holder::Kind::cycle && holders.each.size() > 1;
                const std::string lets_go =
                    report::visible(holder.lets_go) + (is_last ? " lets go of it at last." : " lets go of it.");
                sentences += (sentences.empty() ? "" : "\n") + cut(holder.path) + ": " + report::visible(holder.words) +
                             (holder.lets_go.empty() ? "." : "; " + lets_go);
            }
            return {sentences};
        }

        json data_of(const std::string& label, const std::string& type, const Holders& holders)
        {
            json each = json::array();
            for (const Holder& holder : holders.each)
            {
                json steps = json::array();
                for (const cpython::HolderStep& step : holder.steps)
                {
                    steps.push_back({{"name", cut(step.name)}, {"type", cut(step.type)}});
                }
                each.push_back({{"kind", cpython::name_of(holder.kind)},
                                {"path", cut(holder.path)},
                                {"words", report::visible(holder.words)},
                                {"lets_go", holder.lets_go.empty() ? json() : json(holder.lets_go)},
                                {"references", holder.references},
                                {"steps", steps}});
            }
            return {{"expression", cut(label)},
                    {"type", type},
                    {"exclusive_bytes", holders.exclusive_bytes},
                    {"references", holders.references},
                    {"is_part_of_program", holders.is_part_of_program},
                    {"holders", each},
                    {"more_holders", holders.more}};
        }

        report::Document of_object(const NamedValue& value, const Progress& progress)
        {
            const cpython::NotebookPlaces places = notebook_places();
            const auto graph = walk_heap("Looking for what holds it", progress,
                                         [&](const std::function<bool()>& keep_going)
                                         {
                                             auto all = std::make_unique<cpython::HeapGraph>();
                                             return all->read_all(keep_going) ? std::move(all) : nullptr;
                                         });
            Holders holders = cpython::find_holders(*graph, places, value.value.ptr(), 1, most_holders);
            if (holders.is_part_of_program)
            {
                holders.each.clear(); // it stays, whoever they are
                holders.more = 0;
            }
            const std::string type = cut(Py_TYPE(value.value.ptr())->tp_name);
            report::Document document;
            document.kind = "who";
            document.finding = finding_of(value.label, type, holders);
            if (!holders.each.empty())
            {
                document.parts.push_back(picture_of(value.label, holders));
                document.parts.push_back(sentences_of(holders));
            }
            document.data = data_of(value.label, type, holders);
            return document;
        }

        report::Bar bar(const cpython::BytesByOrigin& bytes)
        {
            return {{report::Shade::python_small, bytes[0]},
                    {report::Shade::python_large, bytes[1]},
                    {report::Shade::native, bytes[2]}};
        }

        std::vector<report::Entry> row(const std::string& label, const std::string& lets_go, const Held& held)
        {
            const std::string bytes = human_bytes(sum_of(held.bytes));
            return {label, bytes, {bar(held.bytes), bytes}, lets_go};
        }

        std::string label_of(const RankedVariable& variable)
        {
            std::string label = cut(variable.names[0]);
            for (std::size_t index = 1; index < variable.names.size(); ++index)
            {
                label += index == 4 ? " …" : index < 4 ? ", " + cut(variable.names[index]) : "";
            }
            return label;
        }

        report::Table ranking_table(const Ranking& ranking)
        {
            report::Table table;
            table.columns = {
                {"", Align::left}, {"only through it", Align::right}, {"", Align::bar}, {"lets go of it", Align::left}};
            Held others;
            std::int64_t not_shown = 0;
            for (const RankedVariable& variable : ranking.variables)
            {
                if (table.rows.size() < most_variables && sum_of(variable.only.bytes) > 0)
                {
                    table.rows.push_back(row(label_of(variable), variable.lets_go, variable.only));
                    continue;
                }
                ++not_shown;
                for (std::size_t origin = 0; origin < others.bytes.size(); ++origin)
                {
                    others.bytes[origin] += variable.only.bytes[origin];
                }
            }
            if (not_shown > 0)
            {
                table.rows.push_back(row("and " + count(not_shown) + " more", "", others));
            }
            if (ranking.last_traceback.objects > 0)
            {
                table.rows.push_back(row("last traceback", "", ranking.last_traceback));
            }
            if (ranking.shared.objects > 0)
            {
                table.rows.push_back(row("several of these", "", ranking.shared));
            }
            table.rows.push_back(row("kernel, modules", "", ranking.others));
            return table;
        }

        json data_of(const Held& held)
        {
            return {{"objects", held.objects},
                    {"exclusive_bytes", sum_of(held.bytes)},
                    {"python_small_bytes", held.bytes[0]},
                    {"python_large_bytes", held.bytes[1]},
                    {"native_bytes", held.bytes[2]}};
        }

        json data_of(const Ranking& ranking)
        {
            json variables = json::array();
            for (std::size_t index = 0; index < std::min(ranking.variables.size(), most_variables); ++index)
            {
                const RankedVariable& variable = ranking.variables[index];
                json one = data_of(variable.only);
                one["names"] = json::array();
                for (const std::string& name : variable.names)
                {
                    one["names"].push_back(cut(name));
                }
                one["type"] = cut(variable.type);
                one["is_output"] = variable.is_output;
                one["lets_go"] = variable.lets_go.empty() ? json() : json(variable.lets_go);
                variables.push_back(one);
            }
            return {{"variables", variables},
                    {"more_variables", ranking.variables.size() - variables.size()},
                    {"last_traceback", data_of(ranking.last_traceback)},
                    {"shared", data_of(ranking.shared)},
                    {"others", data_of(ranking.others)}};
        }

        report::Document of_all(const Progress& progress)
        {
            const Ranking ranking = rank_variables(progress);
            report::Document document;
            document.kind = "who";
            if (ranking.variables.empty())
            {
                document.finding = "This notebook has no variables.";
            }
            else
            {
                const RankedVariable& first = ranking.variables[0];
                const std::int64_t shared = sum_of(ranking.shared.bytes);
                const std::int64_t only = sum_of(first.only.bytes);
                const std::string most = cut(first.names[0]) + " holds most: **" + human_bytes(only) +
                                         "** would go with it" +
                                         (first.lets_go.empty() ? "." : " (" + cut(first.lets_go) + ").");
                document.finding =
                    shared > only ? "**" + human_bytes(shared) + "** are held by several of these at once. Alone, " + most
                                  : most;
                document.next = "%memory who " + cut(first.names[0]);
            }
            document.parts.push_back(ranking_table(ranking));
            document.data = data_of(ranking);
            return document;
        }

        std::vector<report::Document> run(const Request& request)
        {
            if (trimmed(request.line).empty())
            {
                return {of_all(request.progress)};
            }
            const std::vector<NamedValue> values = named_values("who", request.line, 1);
            return {of_object(values[0], request.progress)};
        }

        std::string help()
        {
            return "%memory who    the notebook's variables, by what would be freed if each went\n"
                   "%memory who x  who holds x: the shortest way from each holder, and what one types so that it lets go\n"
                   "What x leads to itself is no holder, unless it leads back: then only the garbage collector frees it.";
        }
    }

    Command who_command()
    {
        return {"who",
                "who [EXPR]",
                "who holds an object, and what lets go of it",
                {},
                false,
                false,
                run,
                help,
                {"rows = [bytes(1000) for n in range(1000)]\n"
                 "first = rows[0]\n"
                 "%memory who first",
                 "%memory who"}};
    }
}
