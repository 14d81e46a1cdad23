// How a message comes off the wire: in whole, signed, as JSON of the form that the protocol has, or not at all. xeus's own reading
// (xzmq_serializer::deserialize in xeus 2.4) reads the JSON before it looks at the signature, and past the end of a message that
// has too few parts or a short signature; the program's takes its place, for its symbol is found first. Any thread.
#pragma once

#include <cstddef>

namespace xmemory::jupyter
{
    // Brackets within brackets beyond what any front end sends; reading or writing them would take more stack than there is.
    bool is_too_deep(const char* json, std::size_t bytes);
}
