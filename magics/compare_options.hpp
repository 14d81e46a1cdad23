// The options of %memory compare, which stand before or after the code on its line. Any thread.
#pragma once

#include <optional>
#include <string>

#include "magics/sizes.hpp"

namespace xmemory::magics
{
    struct CompareOptions
    {
        std::optional<Sizes> sizes;
        bool first = false; // until the first item
    };

    struct ComparedLine
    {
        CompareOptions options;
        std::string code; // what is left of the line
    };

    // NAME=SIZES, --NAME SIZES or --NAME=SIZES, and --first. No expression that somebody would compare begins or ends like one of
    // these: "b --first" is read as the option. Throws UsageError for sizes that cannot be read or come twice.
    ComparedLine compared_line(const std::string& line);
}
