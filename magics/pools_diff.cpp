#include "magics/pools_diff.hpp"

#include "magics/command.hpp"
#include "magics/pools_parts.hpp"
#include "magics/session.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        const PoolChange& wanted(int number)
        {
            const PoolChanges& changes = session().pool_changes();
            const auto record = session().record(number);
            const PoolChange* change = record ? changes.find(record->cell) : nullptr;
            if (change != nullptr)
            {
                return *change;
            }
            const std::string name = "[" + std::to_string(number) + "]";
            throw UsageError(record ? "What cell " + name + " did to the pools is no longer kept: it goes back to cell [" +
                                          std::to_string(changes.oldest()) + "]."
                             : number < 0
                                 ? "There are not that many cells before this one: %memory cells lists them."
                                 : "There is no record of a cell " + name + ". %memory cells lists those there are.");
        }

        std::string with_sign(std::int64_t number)
        {
            return number > 0 ? "+" + report::count(number) : report::count(number);
        }

        std::string why_none_moved(const PoolChange& change)
        {
            if (change.blocks_in_use > 0)
            {
                return ": what it made found room in those that Python had.";
            }
            return change.blocks_in_use < 0 ? ": none became empty by what it freed." : ".";
        }

        std::string finding(const PoolChange& change)
        {
            const std::string cell = "Cell [" + std::to_string(change.cell) + "]";
            const std::string came = "**" + arenas_in_words(change.arenas_mapped) + "**";
            const std::string went = "**" + arenas_in_words(change.arenas_unmapped) + "**";
            if (change.arenas_mapped == 0 && change.arenas_unmapped == 0)
            {
                return cell + " took no arena from the system and gave none back" + why_none_moved(change);
            }
            if (change.arenas_unmapped == 0)
            {
                return cell + " took " + came + " from the system and gave none back.";
            }
            return cell + (change.arenas_mapped == 0 ? " gave " + went + " back to the system and took none."
                                                     : " took " + came + " from the system and gave " + went + " back.");
        }

        report::Table table(const PoolChange& change)
        {
            using report::Align;
            report::Table table;
            table.columns = {{"block size", Align::right},
                             {"pools", Align::right},
                             {"blocks in use", Align::right},
                             {"free blocks", Align::right},
                             {"bytes in use", Align::right}};
            for (const PoolChange::Class& each : change.classes)
            {
                const std::int64_t bytes = each.blocks_in_use * each.class_bytes;
                table.rows.push_back({report::human_bytes(each.class_bytes), with_sign(each.pools),
                                      with_sign(each.blocks_in_use), with_sign(each.free_blocks),
                                      (bytes > 0 ? "+" : "") + report::human_bytes(bytes)});
            }
            return table;
        }

        nlohmann::json data(const PoolChange& change)
        {
            nlohmann::json classes = nlohmann::json::array();
            for (const PoolChange::Class& each : change.classes)
            {
                classes.push_back({{"size_bytes", each.class_bytes},
                                   {"pools", each.pools},
                                   {"blocks", each.blocks_in_use},
                                   {"free_blocks", each.free_blocks}});
            }
            return {{"cell", change.cell},
                    {"arenas_mapped", change.arenas_mapped},
                    {"arenas_unmapped", change.arenas_unmapped},
                    {"arenas_gained", change.arenas_mapped - change.arenas_unmapped},
                    {"arenas_at_end", change.arenas_at_end},
                    {"pools", change.pools_in_use},
                    {"blocks", change.blocks_in_use},
                    {"used_bytes", change.set_aside_bytes},
                    {"classes", std::move(classes)}};
        }
    }

    report::Document pools_diff(int number)
    {
        const PoolChange& change = wanted(number);
        report::Document document;
        document.kind = "pools";
        document.finding = finding(change);
        if (change.classes.empty())
        {
            document.parts.push_back(report::Paragraph{"No size class changed.", true});
        }
        else
        {
            document.parts.push_back(table(change));
        }
        document.parts.push_back(report::Paragraph{"At its end Python held " + arenas_in_words(change.arenas_at_end) +
                                                       ". The pools were read as the cell began and as it ended.",
                                                   true});
        document.next = "%memory pools";
        document.data = data(change);
        return document;
    }
}
