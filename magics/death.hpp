// How the kernel died that this one takes the place of: told with the first cell, and by %memory death. On the thread that runs the
// cells, with the GIL, as the tutor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/death.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    struct Predecessor
    {
        std::optional<core::Death> death;
        std::vector<std::string> files; // black boxes that go when it has been told
    };

    // What there is to tell of these: the youngest that ran a cell, else the youngest.
    Predecessor predecessor_of(const std::vector<core::FoundDeath>& found);

    report::Document death_report(const core::Death& death);
}
