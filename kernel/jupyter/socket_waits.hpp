// ZeroMQ's calls as xeus makes them: a signal does not end them. glibc sends one to each thread when the learner's code changes the
// user or the groups of the process, the learner's own handlers take others, and cppzmq makes an exception of EINTR, which nobody
// in xeus's loops catches. The program's zmq_poll, zmq_msg_recv and zmq_msg_send take the place of libzmq's, for their symbols are
// found first, and begin again. In the learner's code a signal ends them as before: pyzmq asks Python then what to do.
#pragma once

namespace xmemory::jupyter
{
    // While it lives, a signal for which Python has something to do ends a wait for a message on this thread, with EINTR; never in
    // the middle of a message. Scopes do not nest.
    class SignalsEndWait
    {
    public:
        SignalsEndWait();
        ~SignalsEndWait();
        SignalsEndWait(const SignalsEndWait&) = delete;
        SignalsEndWait& operator=(const SignalsEndWait&) = delete;
    };
}
