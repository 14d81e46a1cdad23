// %memory types: every object counted, by type and by the cells that made them.
#include "magics/commands.hpp"
#include "magics/marks.hpp"
#include "magics/options.hpp"
#include "magics/session.hpp"
#include "magics/type_report.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::vector<report::Document> run_types(const Request& request)
        {
            TypeChoice choice;
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
                    throw UsageError("There is no cell [" + std::to_string(cell) +
                                     "]. %memory cells lists those there are.");
                }
                choice.cell = session().record(cell)->cell;
            }
            const TypeCounts* before = choice.since.empty() ? nullptr : &marks::named(choice.since);
            TypeCounts counts = count_types(request.progress);
            if (before != nullptr)
            {
                counts = difference(counts, *before);
            }
            return {type_report(TypeView(counts, choice))};
        }

        std::string types_help()
        {
            return "%memory types  counts every object that is in use, by type, with the cells that made them\n"
                   "%memory types --cell 3  those that cell [3] made\n"
                   "%memory types --since NAME  what came and what went since %memory mark NAME\n"
                   "%memory types --top 40  more rows";
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
}
