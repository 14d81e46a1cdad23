// %memory limit: how much the learner's code may have, where that comes from, and how to change it.
#include <algorithm>

#include "core/budget.hpp"
#include "core/system_limit.hpp"
#include "magics/at_limit.hpp"
#include "magics/commands.hpp"
#include "magics/quantity.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        namespace budget = core::budget;

        constexpr const char* the_way_out = " Write an amount such as %memory limit 500MB, or off, or auto.";

        std::string both_units(std::int64_t bytes)
        {
            for (const auto& [unit, name] : {std::pair{std::int64_t{1} << 30, "GiB"}, std::pair{std::int64_t{1} << 20, "MiB"}})
            {
                if (bytes >= unit && bytes % (unit / 16) == 0)
                {
                    std::string number = std::to_string(static_cast<double>(bytes) / static_cast<double>(unit));
                    number.erase(number.find_last_not_of('0') + 1);
                    number.erase(number.find_last_not_of('.') + 1);
                    return short_bytes(bytes) + " (" + number + "\u00a0" + name + ")";
                }
            }
            return short_bytes(bytes);
        }

        const char* meaning_of(budget::Limit limit)
        {
            switch (limit)
            {
            case budget::Limit::given_total:
                return "for all that is in use, given here";
            case budget::Limit::given_cell:
                return "for what each cell adds, given here";
            case budget::Limit::container:
                return "of the container (memory cgroup)";
            case budget::Limit::address_space:
                return "of the address space (RLIMIT_AS)";
            case budget::Limit::hub:
                return "of the hub (MEM_LIMIT)";
            default:
                return "of the machine";
            }
        }

        const char* who_else_counts(budget::Limit limit)
        {
            switch (limit)
            {
            case budget::Limit::given_total:
                return "The kernel's own memory counts too";
            case budget::Limit::given_cell:
                return "Only what a cell has in use above its start counts";
            case budget::Limit::container:
                return "All processes of the container count, other kernels and the server among them";
            case budget::Limit::address_space:
                return "All addresses that this process has taken count, used or not";
            case budget::Limit::hub:
                return "Your server and all that it started count";
            default:
                return "All that runs on the machine counts";
            }
        }

        nlohmann::json data_of(const budget::Standing& standing)
        {
            return {{"limit", at_limit::name_of(static_cast<int>(standing.limit))},
                    {"limit_bytes", standing.limit_bytes},
                    {"left_bytes", std::max<std::int64_t>(0, standing.left_bytes)},
                    {"kept_back_bytes", standing.kept_back_bytes}};
        }

        void add_row(report::Table& table, const budget::Standing& standing)
        {
            table.rows.push_back({both_units(standing.limit_bytes),
                                  report::human_bytes(std::max<std::int64_t>(0, standing.left_bytes)),
                                  meaning_of(standing.limit)});
        }

        std::string words_about(const budget::Standing& standing)
        {
            const std::string kept_back = standing.kept_back_bytes == 0
                                              ? ""
                                              : ", and " + short_bytes(standing.kept_back_bytes) +
                                                    " are kept back for the kernel's own work";
            return std::string(who_else_counts(standing.limit)) + kept_back +
                   ". A request that would go past the limit is refused with a MemoryError, before the system ends the kernel.";
        }

        report::Document report_on_limits()
        {
            std::vector<budget::Standing> all;
            for (const auto& standing : {budget::standing_of_given(), budget::system_limit::standing()})
            {
                if (standing)
                {
                    all.push_back(*standing);
                }
            }
            std::stable_sort(all.begin(), all.end(),
                             [](const auto& a, const auto& b) { return a.left_bytes < b.left_bytes; });
            report::Document document;
            document.kind = "limit";
            document.data = {{"heeds_system", budget::system_limit::is_heeded()}, {"limits", nlohmann::json::array()}};
            if (all.empty())
            {
                document.finding = budget::system_limit::is_heeded() ? "There is no memory limit: what the system has left cannot be read here."
                                                          : "The memory limit is **off**: where memory ends, the system ends the kernel.";
                document.next = budget::system_limit::is_heeded() ? "%memory limit 500MB" : "%memory limit auto";
                return document;
            }
            const budget::Standing& first = all.front();
            document.finding = "Limit **" + both_units(first.limit_bytes) + "** " + meaning_of(first.limit) + ": **" +
                               report::human_bytes(std::max<std::int64_t>(0, first.left_bytes)) + "** are left for your code.";
            report::Table table;
            table.columns = {{"limit", report::Align::right}, {"left", report::Align::right}, {"", report::Align::left}};
            for (const budget::Standing& standing : all)
            {
                add_row(table, standing);
                document.data["limits"].push_back(data_of(standing));
            }
            document.parts.push_back(table);
            document.parts.push_back(report::Paragraph{words_about(first), true});
            document.next = "%memory explain limit";
            return document;
        }

        std::int64_t amount_from(const std::string& words)
        {
            const QuantityRead read = read_quantity(words);
            if (!read.quantity)
            {
                throw UsageError("%memory limit: " + read.reason + the_way_out);
            }
            if (read.quantity->bytes < 1'000'000)
            {
                throw UsageError("%memory limit: " + quoted(words) + " is too little for any cell; the least is 1 MB." + the_way_out);
            }
            return read.quantity->bytes;
        }

        void change(const Request& request)
        {
            std::string amount;
            bool of_each_cell = false, of_all = false;
            for (const std::string& word : request.words)
            {
                if (word == "--cell" || word == "--total")
                {
                    (word == "--cell" ? of_each_cell : of_all) = true;
                }
                else if (word.rfind("--", 0) == 0)
                {
                    throw UsageError("%memory limit has no " + quoted(word) + ": there are --cell and --total.");
                }
                else
                {
                    amount += (amount.empty() ? "" : " ") + word;
                }
            }
            if (of_each_cell && of_all)
            {
                throw UsageError("%memory limit takes one of --cell and --total, not both.");
            }
            const bool is_word = amount == "off" || amount == "auto";
            if ((is_word || amount.empty()) && (of_each_cell || of_all))
            {
                throw UsageError("%memory limit: --cell and --total belong to an amount, like %memory limit 500MB --cell.");
            }
            if (amount.empty())
            {
                return;
            }
            if (is_word)
            {
                budget::give(std::nullopt, 0);
                budget::heed_system(amount == "auto");
                return;
            }
            budget::heed_system(true);
            budget::give(budget::Given{amount_from(amount), of_each_cell}, at_limit::in_use_bytes());
        }

        std::vector<report::Document> run(const Request& request)
        {
            change(request);
            return {report_on_limits()};
        }

        std::string help()
        {
            return "%memory limit               what your code may have, where that comes from, and how much is left\n"
                   "%memory limit 500MB         for all that is in use; also 1GiB, 1.5 GB\n"
                   "%memory limit 500MB --cell  for what each cell adds\n"
                   "%memory limit auto          what the container, the hub, the machine really have left (the default)\n"
                   "%memory limit off           none: where memory ends, the system ends the kernel\n"
                   "A limit given here comes beside the system's; the tighter one holds.";
        }
    }

    Command limit_command()
    {
        return {"limit",
                "limit [AMOUNT [--cell|--total]|auto|off]",
                "how much your code may have, and a MemoryError beyond",
                {"auto", "off", "--cell", "--total"},
                false,
                true,
                run,
                help,
                {"%memory limit", "%memory limit 2GB", "%memory limit auto"}};
    }
}
