// What waits for a front end that does not read as fast as a cell publishes: some 64 MB, however many messages that is. ZeroMQ's own
// limit is 1,000 messages, and what comes then is dropped, the one that says idle among it. xeus makes its sockets with that limit
// and keeps them to itself, so the program's zmq_bind and zmq_connect take the place of libzmq's, for their symbols are found first.
#pragma once

#include <cstddef>

namespace xmemory::jupyter::iopub_queue
{
    // Before a part of a message is sent by any socket; on iopub's it moves the limit to what messages are large now. On the
    // thread that uses the socket.
    void before_send(void* socket, std::size_t part_bytes, bool is_last_part);
}
