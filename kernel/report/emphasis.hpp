// The **words** of a finding: which of it is bold. One place decides, so that text and HTML agree. Any thread.
#pragma once

#include <string>
#include <vector>

namespace xmemory::report
{
    struct Run
    {
        std::string text;
        bool bold = false;
    };

    // Markers count only around words: after a space or at the start, and before a space, a mark or the end. So `2**3**4`
    // and `f(**options)` stay as they are when a finding quotes the learner.
    std::vector<Run> runs_of(const std::string& finding);

    // The finding without its markers.
    std::string plain(const std::string& finding);
}
