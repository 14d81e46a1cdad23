// What %memory structures says in sentences: only what its figures show. Any thread.
#pragma once

#include <string>
#include <vector>

#include "magics/collection_bench.hpp"
#include "magics/record_bench.hpp"

namespace xmemory::magics
{
    struct StructureWords
    {
        std::string items; // "100,000 numbers"
        std::string noun;  // "number"
        bool none = false; // there is not one item
    };

    // One sentence about list, set and dict.
    std::string structures_finding(const std::vector<CollectionRow>& rows, const StructureWords& words);

    // A sentence each on which is best for what; none where they are much alike.
    std::vector<std::string> structures_advice(const std::vector<CollectionRow>& rows, const std::vector<RecordRow>& records,
                                               const StructureWords& words);

    // "Not here: set, frozenset, dict (unhashable type: 'list'); array (it holds numbers only)." Empty where all are there.
    std::string structures_left_out(const std::vector<CollectionRow>& rows);
}
