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
        bool first = false;      // until the first item
        std::optional<int> runs; // measured of each part; else as many as a short time allows
    };

    // "--runs N" off the begin or the end of the code, if it is there. Throws UsageError where N is not 1 to 1000.
    std::optional<int> take_runs(std::string& code);

    struct ComparedLine
    {
        CompareOptions options;
        std::string code; // what is left of the line
    };

    // NAME=SIZES, --NAME SIZES or --NAME=SIZES, --runs N and --first. No expression that somebody would compare begins or ends
    // like one of these: "b --first" is read as the option. Throws UsageError for sizes that cannot be read or come twice, and
    // for runs that are not 1 to 1000.
    ComparedLine compared_line(const std::string& line);
}
