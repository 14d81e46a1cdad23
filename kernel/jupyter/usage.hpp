// What a usage_request is answered, in the words of ipykernel, from /proc: of this process with its children, and of the machine.
// On the control thread, without the GIL.
#pragma once

#include <nlohmann/json.hpp>

namespace xmemory::jupyter
{
    nlohmann::json usage();
}
