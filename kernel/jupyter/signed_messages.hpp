// How a message comes off the wire: in whole, signed, as JSON of the form that the protocol has, or not at all. xeus's own reading
// (xzmq_serializer::deserialize in xeus 2.4) reads the JSON before it looks at the signature, and past the end of a message that
// has too few parts; the program's takes its place, for its symbol is found first. Any thread.
#pragma once

#include <cstddef>
#include <string>

#include <xeus/xkernel_configuration.hpp>

namespace xmemory::jupyter
{
    // A sentence on stderr where the connection file has no key: then everybody who reaches the ports can run code.
    void say_whether_signed(const xeus::xconfiguration& configuration);

    // Brackets within brackets beyond what any front end sends; reading or writing them would take more stack than there is.
    bool is_too_deep(const char* json, std::size_t bytes);
}
