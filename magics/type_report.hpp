// What %memory types shows of a view: the finding, the table, what the kernel made, and all of it as data.
#pragma once

#include "magics/type_view.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    report::Document type_report(const TypeView& view);

    // "1 object", "12,000 objects".
    std::string objects_words(std::int64_t objects);
}
