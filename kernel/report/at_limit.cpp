#include "report/at_limit.hpp"

#include "report/numbers.hpp"

namespace xmemory::report
{
    namespace
    {
        std::string of_whom(const std::string& source)
        {
            if (source == "given_cell")
                return " for each cell";
            if (source == "container")
                return " of the container";
            if (source == "address_space")
                return " of the address space";
            if (source == "hub")
                return " of the hub";
            return source == "machine" ? " of the machine" : "";
        }
    }

    std::string limit_words(const std::string& source, std::int64_t limit_bytes)
    {
        return short_bytes(limit_bytes) + " limit" + of_whom(source);
    }

    std::string who_asked(const AtLimit& at_limit, int running_cell)
    {
        std::string who = at_limit.line == 0 ? "the cell" : "line " + std::to_string(at_limit.line);
        if (at_limit.line != 0 && at_limit.cell != 0 && at_limit.cell != running_cell)
            who += " of [" + std::to_string(at_limit.cell) + "]";
        if (at_limit.frames_bytes != 0)
            return who + " made too many calls within calls: their frames took " + human_bytes(at_limit.frames_bytes) +
                   ", and to end them by an error takes up to three times as much";
        if (at_limit.small)
            return who + " went past it with small objects";
        return who + " asked for " + human_bytes(at_limit.asked_bytes) + (at_limit.addresses ? " of addresses, " : at_limit.to_grow ? " more, " : ", ") +
               human_bytes(at_limit.left_bytes) + (at_limit.left_bytes == 1 ? " was left" : " were left");
    }

    nlohmann::json to_json(const AtLimit& at_limit)
    {
        nlohmann::json largest = nlohmann::json::array();
        for (const Holder& one : at_limit.largest)
            largest.push_back({{"name", one.name},
                               {"bytes", one.bytes},
                               {"at_least", one.at_least},
                               {"free_with", one.statement}});
        const auto or_null = [](int number) { return number == 0 ? nlohmann::json() : nlohmann::json(number); };
        return {{"stopped", at_limit.stopped},
                {"source", at_limit.source},
                {"limit_bytes", at_limit.limit_bytes},
                {"small_objects", at_limit.small},
                {"frames_bytes", at_limit.frames_bytes == 0 ? nlohmann::json() : nlohmann::json(at_limit.frames_bytes)},
                {"asked_bytes", at_limit.small ? nlohmann::json() : nlohmann::json(at_limit.asked_bytes)},
                {"left_bytes", at_limit.left_bytes},
                {"cell", or_null(at_limit.cell)},
                {"line", or_null(at_limit.line)},
                {"refusals", at_limit.refusals},
                {"largest", std::move(largest)}};
    }
}
