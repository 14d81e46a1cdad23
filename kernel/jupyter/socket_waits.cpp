#include "jupyter/socket_waits.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <dlfcn.h>
#include <zmq.h>

#include "core/tally.hpp"
#include "cpython/runtime_state.h"
#include "jupyter/forked_child.hpp"
#include "jupyter/outgoing.hpp"

namespace xmemory::jupyter
{
    namespace
    {
        using Clock = std::chrono::steady_clock;

        thread_local bool signals_end_wait = false;

        template <typename Function>
        Function* libzmqs(const char* name)
        {
            return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
        }

        // In a forked child EINTR is ZeroMQ's word for sockets of another process, for ever (mailbox.cpp, 4.3).
        bool begins_again(int result)
        {
            return result == -1 && errno == EINTR && !core::is_learner(core::here().maker) && !is_forked_child();
        }

        bool is_within_message(void* socket)
        {
            int more = 0;
            std::size_t bytes = sizeof more;
            return zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &bytes) == 0 && more != 0;
        }

        bool is_for_python(void* socket)
        {
            return signals_end_wait && xmemory_signal_is_pending() != 0 && !is_within_message(socket);
        }

        long milliseconds_until(Clock::time_point end)
        {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
            return static_cast<long>(std::max<decltype(left)>(left, 0));
        }
    }

    SignalsEndWait::SignalsEndWait() { signals_end_wait = true; }

    SignalsEndWait::~SignalsEndWait() { signals_end_wait = false; }
}

// Declared in zmq.h, which makes them visible to libxeus.

int zmq_poll(zmq_pollitem_t* items, int count, long timeout)
{
    namespace ours = xmemory::jupyter;
    static const auto poll = ours::libzmqs<decltype(zmq_poll)>("zmq_poll");
    const ours::Clock::time_point end = ours::Clock::now() + std::chrono::milliseconds(std::max(timeout, 0L));
    int ready = poll(items, count, timeout);
    while (ours::begins_again(ready))
    {
        ready = poll(items, count, timeout > 0 ? ours::milliseconds_until(end) : timeout);
    }
    return ready;
}

int zmq_msg_recv(zmq_msg_t* message, void* socket, int flags)
{
    namespace ours = xmemory::jupyter;
    static const auto receive = ours::libzmqs<decltype(zmq_msg_recv)>("zmq_msg_recv");
    int bytes = receive(message, socket, flags);
    while (ours::begins_again(bytes))
    {
        if (ours::is_for_python(socket))
        {
            errno = EINTR;
            break;
        }
        bytes = receive(message, socket, flags);
    }
    return bytes;
}

int zmq_msg_send(zmq_msg_t* message, void* socket, int flags)
{
    namespace ours = xmemory::jupyter;
    static const auto send = ours::libzmqs<decltype(zmq_msg_send)>("zmq_msg_send");
    ours::count_outgoing(message);
    int bytes = send(message, socket, flags);
    while (ours::begins_again(bytes))
    {
        bytes = send(message, socket, flags);
    }
    return bytes;
}
