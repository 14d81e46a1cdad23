// The tables of %memory compare, and its figures as data. Any thread.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "magics/compare_run.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    report::Table compare_table(const std::vector<ComparedRow>& rows);
    report::Table first_item_table(const std::vector<ComparedRow>& rows);
    // To the byte, folded away. With first items where the rows have them.
    report::Details compare_details(const std::vector<ComparedRow>& rows);
    nlohmann::json to_json(const ComparedRow& row);
}
