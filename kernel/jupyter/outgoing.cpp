#include "jupyter/outgoing.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <new>
#include <thread>

#include <dlfcn.h>
#include <zmq.h>

namespace xmemory::jupyter
{
    namespace
    {
        using Clock = std::chrono::steady_clock;

        constexpr std::int64_t most_bytes = 32 << 20;
        constexpr auto longest_standstill = std::chrono::seconds(2);
        constexpr std::size_t smallest_counted = 64; // shorter parts lie within ZeroMQ's own records

        thread_local bool queues_are_endless = false;
        thread_local bool counts = false;
        std::atomic<std::int64_t> waiting_bytes{0};
        std::atomic<bool> stands_still{false};

        std::int64_t cost_of(const zmq_msg_t& part)
        {
            return static_cast<std::int64_t>(zmq_msg_size(&part) + 3 * sizeof part);
        }

        void has_left(void*, void* hint)
        {
            auto* original = static_cast<zmq_msg_t*>(hint);
            waiting_bytes -= cost_of(*original);
            zmq_msg_close(original);
            delete original;
        }
    }

    EndlessQueues::EndlessQueues() { queues_are_endless = true; }

    EndlessQueues::~EndlessQueues() { queues_are_endless = false; }

    CountAsOutgoing::CountAsOutgoing() { counts = true; }

    CountAsOutgoing::~CountAsOutgoing() { counts = false; }

    bool has_room_for_outgoing()
    {
        if (stands_still && waiting_bytes > most_bytes / 2)
        {
            return false;
        }
        stands_still = false;
        Clock::time_point moved = Clock::now();
        for (std::int64_t before = waiting_bytes, now = before; now > most_bytes; now = waiting_bytes)
        {
            if (now < before)
            {
                moved = Clock::now();
            }
            else if (Clock::now() - moved > longest_standstill)
            {
                stands_still = true;
                return false;
            }
            before = now;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return true;
    }

    // The part goes on as one that refers to what it was, and says when ZeroMQ has done with it.
    void count_outgoing(void* message)
    {
        auto* part = static_cast<zmq_msg_t*>(message);
        if (!counts || zmq_msg_size(part) < smallest_counted)
        {
            return;
        }
        auto* original = new (std::nothrow) zmq_msg_t;
        if (original == nullptr)
        {
            return;
        }
        zmq_msg_init(original);
        zmq_msg_move(original, part);
        if (zmq_msg_init_data(part, zmq_msg_data(original), zmq_msg_size(original), has_left, original) != 0)
        {
            zmq_msg_init(part);
            zmq_msg_move(part, original);
            zmq_msg_close(original);
            delete original;
            return;
        }
        waiting_bytes += cost_of(*original);
    }
}

// Declared in zmq.h, which makes it visible to libxeus; in place of libzmq's, for the program's symbols are found first.
void* zmq_socket(void* context, int type)
{
    static const auto make = reinterpret_cast<decltype(zmq_socket)*>(dlsym(RTLD_NEXT, "zmq_socket"));
    void* const socket = make(context, type);
    if (socket != nullptr && xmemory::jupyter::queues_are_endless && (type == ZMQ_PUB || type == ZMQ_SUB))
    {
        constexpr int no_end = 0;
        constexpr int asks_every_ms = 10'000;
        constexpr int waits_for_answer_ms = 30'000;
        zmq_setsockopt(socket, ZMQ_SNDHWM, &no_end, sizeof no_end);
        zmq_setsockopt(socket, ZMQ_RCVHWM, &no_end, sizeof no_end);
        zmq_setsockopt(socket, ZMQ_HEARTBEAT_IVL, &asks_every_ms, sizeof asks_every_ms);
        zmq_setsockopt(socket, ZMQ_HEARTBEAT_TIMEOUT, &waits_for_answer_ms, sizeof waits_for_answer_ms);
    }
    return socket;
}
