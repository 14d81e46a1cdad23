// xmemory.CheckFailed: what a check raises whose limits were not kept. An AssertionError that shows its message without a
// traceback of ours. With the GIL, as the tutor.
#pragma once

#include <string>

#include <pybind11/pybind11.h>

namespace xmemory::magics
{
    // Borrowed; made at the first call. Throws pybind11::error_already_set.
    pybind11::handle check_failed_type();

    [[noreturn]] void raise_check_failed(const std::string& message);
}
