// %memory pools: Python's arenas, pools and size classes; what keeps arenas from going back to the system; malloc beside them.
#include <map>

#include "core/makers.hpp"
#include "cpython/allocator_hooks.hpp"
#include "magics/commands.hpp"
#include "magics/options.hpp"
#include "magics/pools_diff.hpp"
#include "magics/pools_parts.hpp"
#include "magics/pools_tables.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::string blocks_that_hold(const cpython::HeldBack& held)
        {
            const std::int64_t others = held.blocks - held.objects;
            if (held.objects == 0)
            {
                return number_of(held.blocks, "block");
            }
            return number_of(held.objects, "object") + (others == 0 ? "" : " and " + number_of(others, "other block"));
        }

        // Whether arenas that are held back are what matters most: a tenth of all.
        bool much_is_held_back(const PoolsReading& reading)
        {
            return reading.held_back.arenas * 10 >= reading.sums.arenas && reading.held_back.arenas > 0;
        }

        struct Holder
        {
            int cell = 0; // 0: none, or cells too long ago to name
            bool of_all = false;
        };

        // The cell that made more than half of the blocks.
        Holder main_holder(const cpython::HeldBack& held)
        {
            std::map<int, std::int64_t> blocks_by_cell;
            for (const cpython::Pins& pins : held.pins)
            {
                if (core::is_learner(pins.maker))
                {
                    blocks_by_cell[core::makers::cell_of(pins.maker)] += pins.blocks;
                }
            }
            for (const auto& [cell, blocks] : blocks_by_cell)
            {
                if (blocks * 2 > held.blocks)
                {
                    return {cell, blocks == held.blocks};
                }
            }
            return {};
        }

        std::string made_by(const cpython::HeldBack& held)
        {
            const Holder holder = main_holder(held);
            if (holder.cell == 0)
            {
                return "";
            }
            const std::string which = held.blocks == 1 ? " It was"
                                      : holder.of_all  ? " All of them were"
                                                       : " Most of them were";
            return which + " made by [" + std::to_string(holder.cell) + "].";
        }

        std::string finding(const PoolsReading& reading)
        {
            const cpython::HeldBack& held = reading.held_back;
            const std::string keep =
                (held.blocks == 1 ? " keeps " : " keep ") + arenas_in_words(held.arenas) + " from going back to the system.";
            if (much_is_held_back(reading))
            {
                return "**" + blocks_that_hold(held) + "**" + keep + made_by(held);
            }
            return "Python holds **" + arenas_in_words(reading.sums.arenas) + "**; " +
                   report::human_bytes(reading.sums.set_aside_bytes) + " of it are in use." +
                   (held.arenas == 0 ? "" : " " + blocks_that_hold(held) + keep);
        }

        std::string next(const PoolsReading& reading)
        {
            if (const int cell = much_is_held_back(reading) ? main_holder(reading.held_back).cell : 0; cell != 0)
            {
                return "%memory cell " + std::to_string(cell);
            }
            return is_worth_trimming(reading.malloc) ? "%memory pools --trim" : "";
        }

        report::Document pools_document(const PoolsReading& reading)
        {
            report::Document document;
            document.kind = "pools";
            document.finding = finding(reading);
            const auto append = [&](std::vector<report::Part> parts)
            { document.parts.insert(document.parts.end(), parts.begin(), parts.end()); };
            append(squares_of(reading));
            document.parts.push_back(report::Paragraph{"A row is an arena (1\u00a0MiB), a square one of its 64 pools, "
                                                       "filled by the share of its blocks that are in use; after them "
                                                       "stands how much of the arena is. An arena goes back to the system "
                                                       "only when nothing in it is in use any more: one block is enough to "
                                                       "keep all of it.",
                                                       true});
            append(held_back_of(reading));
            document.parts.push_back(totals_of(reading));
            document.parts.push_back(classes_of(reading));
            document.parts.push_back(
                report::Paragraph{"Larger than 512\u00a0B, or not Python's: from the C library's malloc.", false});
            document.parts.push_back(malloc_of(reading));
            document.parts.push_back(exactly(reading));
            document.next = next(reading);
            document.data = to_json(reading);
            return document;
        }

        report::Document trim_document(const Trimmed& trimmed)
        {
            using report::Align;
            const std::int64_t fell = trimmed.resident_before - trimmed.resident_after;
            report::Document document;
            document.kind = "pools";
            document.finding = fell > 0
                                   ? "Gave **" + report::human_bytes(fell) + "** of malloc's free memory back to the system."
                                   : "malloc had nothing to give back to the system.";
            report::Table table;
            table.columns = {{"", Align::left}, {"before", Align::right}, {"after", Align::right}, {"change", Align::right}};
            const auto line = [&](const char* name, std::int64_t before, std::int64_t after)
            {
                table.rows.push_back(
                    {name, report::exact_bytes(before), report::exact_bytes(after), report::exact_bytes(after - before)});
            };
            line("process (RSS)", trimmed.resident_before, trimmed.resident_after);
            line("malloc's heap", trimmed.before.heap_bytes, trimmed.after.heap_bytes);
            line("in use of it", trimmed.before.heap_in_use_bytes, trimmed.after.heap_in_use_bytes);
            line("free in it", trimmed.before.heap_free_bytes, trimmed.after.heap_free_bytes);
            line("mapped by itself", trimmed.before.mapped_bytes, trimmed.after.mapped_bytes);
            document.parts.push_back(table);
            document.parts.push_back(report::Paragraph{
                "Free pages at the heap's end are no longer malloc's. Those in its middle went back too, but their "
                "addresses "
                "stay malloc's: it still counts them as free in its heap. Python's arenas are not malloc's: each goes back "
                "by itself as soon as nothing in it is in use.",
                true});
            document.data = {{"released", trimmed.released},
                             {"resident_before_bytes", trimmed.resident_before},
                             {"resident_after_bytes", trimmed.resident_after},
                             {"before", to_json(trimmed.before)},
                             {"after", to_json(trimmed.after)}};
            return document;
        }

        std::vector<report::Document> run(const Request& request)
        {
            std::optional<int> cell;
            bool trim = false;
            CLI::App app("", "pools");
            const auto* diff = app.add_option("--diff", cell);
            app.add_flag("--trim", trim);
            parse(app, request);
            if (diff->count() != 0 && trim)
            {
                throw UsageError("%memory pools takes --diff or --trim, one at a time.");
            }
            if (cell)
            {
                return {pools_diff(*cell)};
            }
            if (trim)
            {
                return {trim_document(trim_malloc())};
            }
            if (const auto why = cpython::why_hooks_are_blind())
            {
                throw UsageError("What is in Python's pools is unknown: " + *why + ".");
            }
            return {pools_document(read_for_report(request.progress))};
        }

        std::string help()
        {
            return "%memory pools           Python's arenas, pools and size classes, what keeps arenas, and malloc beside "
                   "them\n"
                   "%memory pools --diff 3  what came from the system and went back during cell [3] (-1: the last cell)\n"
                   "%memory pools --trim    makes malloc give back what it does not use, and shows what came of it";
        }
    }

    Command pools_command()
    {
        return {"pools",
                "pools [--diff N | --trim]",
                "Python's arenas, pools and size classes",
                {"--diff", "--trim"},
                false,
                true,
                run,
                help,
                {"many = [str(number) for number in range(200_000)]\nfew = many[::1000]\ndel many\n%memory pools",
                 "%memory pools --trim"}};
    }
}
