// The measurement behind %memory compare, also as a function of the module.
#pragma once

#include <string>
#include <vector>

#include "magics/command.hpp"
#include "magics/compare_parts.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    // Each section is run once to warm up, then measured in turn. setup: statements that run before each, unmeasured; or empty.
    report::Document compare(const std::vector<Section>& sections, const std::string& setup, const Progress& progress);
}
