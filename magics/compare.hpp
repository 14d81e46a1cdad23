// The measurement behind %memory compare, also as a function of the module.
#pragma once

#include <string>
#include <vector>

#include "magics/command.hpp"
#include "magics/compare_options.hpp"
#include "magics/compare_parts.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    // setup: statements that run before each part, unmeasured; or empty. Throws UsageError for parts that cannot be compared so,
    // and the learner's own errors as pybind11::error_already_set.
    report::Document compare(const std::vector<Section>& sections, const std::string& setup, const CompareOptions& options,
                             const Progress& progress);
}
