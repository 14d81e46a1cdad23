#include "jupyter/iopub_queue.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string_view>

#include <dlfcn.h>
#include <zmq.h>

#include "core/tally.hpp"

namespace xmemory::jupyter::iopub_queue
{
    namespace
    {
        constexpr std::int64_t waiting_bytes = 64'000'000; // for each front end
        constexpr std::int64_t fewest_messages = 1'000;    // ZeroMQ's own limit
        constexpr std::int64_t most_messages = 50'000;
        constexpr std::int64_t bytes_around_part = sizeof(zmq_msg_t);
        constexpr std::int64_t messages_remembered = 64;

        std::atomic<void*> iopub{nullptr};
        // Of the thread that sends on it.
        std::int64_t limit = most_messages;
        std::int64_t usual_bytes = waiting_bytes / most_messages;
        std::int64_t message_bytes = 0;

        int type_of(void* socket)
        {
            int type = -1;
            std::size_t bytes = sizeof type;
            zmq_getsockopt(socket, ZMQ_TYPE, &type, &bytes);
            return type;
        }

        void set_limit(void* socket, int which, std::int64_t messages)
        {
            const int value = static_cast<int>(messages); // 0: none
            zmq_setsockopt(socket, which, &value, sizeof value);
        }

        bool is_within_process(const char* endpoint) { return std::string_view(endpoint).rfind("inproc:", 0) == 0; }

        // Within the process there is no limit: xeus's thread that hands on to the front ends never waits for one.
        void prepare(void* socket, const char* endpoint)
        {
            if (endpoint == nullptr || core::is_learner(core::here().maker))
            {
                return;
            }
            const int type = type_of(socket);
            if (is_within_process(endpoint) && (type == ZMQ_PUB || type == ZMQ_SUB))
            {
                set_limit(socket, type == ZMQ_PUB ? ZMQ_SNDHWM : ZMQ_RCVHWM, 0);
            }
            else if (type == ZMQ_PUB)
            {
                set_limit(socket, ZMQ_SNDHWM, limit);
                iopub.store(socket);
            }
        }

        // For all that are connected. Between messages: a limit that falls within one would cut it off.
        void move_limit(void* socket)
        {
            const std::int64_t fitting =
                std::clamp(waiting_bytes / std::max<std::int64_t>(usual_bytes, 1), fewest_messages, most_messages);
            if (fitting < limit - limit / 4 || fitting > limit + limit / 4)
            {
                limit = fitting;
                set_limit(socket, ZMQ_SNDHWM, limit);
            }
        }

        template <typename Function>
        Function* libzmqs(const char* name)
        {
            return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
        }
    }

    void before_send(void* socket, std::size_t part_bytes, bool is_last_part)
    {
        if (socket != iopub.load(std::memory_order_relaxed))
        {
            return;
        }
        if (message_bytes == 0)
        {
            move_limit(socket);
        }
        message_bytes += static_cast<std::int64_t>(part_bytes) + bytes_around_part;
        if (is_last_part)
        {
            usual_bytes += (message_bytes - usual_bytes) / messages_remembered;
            message_bytes = 0;
        }
    }
}

// Declared in zmq.h, which makes them visible to libxeus.

int zmq_bind(void* socket, const char* endpoint)
{
    namespace ours = xmemory::jupyter::iopub_queue;
    static const auto bind = ours::libzmqs<decltype(zmq_bind)>("zmq_bind");
    ours::prepare(socket, endpoint);
    return bind(socket, endpoint);
}

int zmq_connect(void* socket, const char* endpoint)
{
    namespace ours = xmemory::jupyter::iopub_queue;
    static const auto connect = ours::libzmqs<decltype(zmq_connect)>("zmq_connect");
    ours::prepare(socket, endpoint);
    return connect(socket, endpoint);
}
