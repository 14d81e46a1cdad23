// What has been published and has not left yet. ZeroMQ drops without a word what is published while a subscriber's queue is full, at
// 1,000 messages, the one that says "idle" among them. Here the queues of xeus's publishing sockets have no end; instead what
// waits in them is counted in bytes, and who publishes waits with it. The count falls when ZeroMQ lets go of a message: when the
// slowest subscriber's connection has taken it. One that takes nothing for half a minute, a console that was suspended say, loses its
// connection and with it what waits; ZeroMQ connects it anew when it wakes. Any thread, with or without the GIL; the tutor's work.
#pragma once

namespace xmemory::jupyter
{
    // While it lives, publishing and subscribing sockets that this thread makes have queues without an end.
    class EndlessQueues
    {
    public:
        EndlessQueues();
        ~EndlessQueues();
        EndlessQueues(const EndlessQueues&) = delete;
        EndlessQueues& operator=(const EndlessQueues&) = delete;
    };

    // While it lives, what this thread sends is counted as outgoing.
    class CountAsOutgoing
    {
    public:
        CountAsOutgoing();
        ~CountAsOutgoing();
        CountAsOutgoing(const CountAsOutgoing&) = delete;
        CountAsOutgoing& operator=(const CountAsOutgoing&) = delete;
    };

    // Waits until there is room for one more. False: nothing was taken for two seconds, or that was so and half of it still waits.
    bool has_room_for_outgoing();

    // For zmq_msg_send: counts one part of a message that is about to be sent, where this thread counts.
    void count_outgoing(void* message);
}
