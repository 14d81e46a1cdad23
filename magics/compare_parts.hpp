// How the text of %memory compare is cut into the parts that are compared. With the GIL (Python says what an expression is).
#pragma once

#include <string>
#include <vector>

namespace xmemory::magics
{
    struct Section
    {
        std::string label;
        std::string source;
        bool is_expression = false;
    };

    struct ComparedParts
    {
        std::string setup; // what stands above the first label
        std::vector<Section> sections;
    };

    // "A vs B vs …": the word may also stand within an expression, so a part ends at the first one where it is an expression.
    // Throws UsageError where the rest is none.
    std::vector<Section> sections_of_line(const std::string& line);

    // A line "## label" begins a part; no line of a part is changed.
    ComparedParts parts_of_body(const std::string& body);
}
