// What %memory compare says in sentences. Any thread.
#pragma once

#include <string>
#include <vector>

#include "magics/compare_run.hpp"

namespace xmemory::magics
{
    // What a part is called in a sentence: a noun such as list is "the list", other words stand in quotes, and an expression is
    // "the first" by its place. At the begin of a sentence with a capital.
    std::string part_name(const std::string& label, std::size_t index, bool begins_sentence);

    // "at least " where the peak is no more than that.
    std::string peak_words(const Measured& measured, std::int64_t peak_bytes);

    std::string compare_finding(const std::vector<ComparedRow>& rows);
    std::string first_item_finding(const std::vector<ComparedRow>& rows);
}
