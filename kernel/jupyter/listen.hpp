// The kernel's five sockets: where the connection file says, and with transport ipc for this user alone. Main thread, once.
#pragma once

#include <memory>

#include <nlohmann/json.hpp>
#include <xeus/xkernel.hpp>
#include <xeus/xkernel_configuration.hpp>
#include <xeus/xserver.hpp>

namespace xmemory::jupyter
{
    // xeus's server, whose shell channel is answered on this thread. Throws std::runtime_error with one sentence where it cannot
    // listen there: a port that another process has, an address that is not this machine's.
    std::unique_ptr<xeus::xserver> listen(xeus::xcontext& context, const xeus::xconfiguration& configuration,
                                          nlohmann::json::error_handler_t error_handler);
}
