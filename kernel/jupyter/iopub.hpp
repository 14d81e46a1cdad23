// The one way out to the front end for messages that any thread may send: sockets of ZeroMQ belong to one thread at a time, so
// sending is under a lock, and the parent of a message is a copy. Who publishes faster than the front end takes it waits; where nobody
// takes anything, output is left out and told of, and everything else goes on. Any thread, with or without the GIL; the tutor's work.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>
#include <xeus/xserver.hpp>

namespace xmemory::jupyter
{
    class Iopub
    {
    public:
        using Send = std::function<void(xeus::xpub_message, xeus::channel)>;

        void send_with(Send send);
        // As the kernel's core built it; on the shell channel as a child of the request that is being answered.
        void publish(xeus::xpub_message message, xeus::channel channel);
        // Built here, likewise a child of that request.
        void publish_message(const std::string& type, nlohmann::json metadata, nlohmann::json content,
                             xeus::buffer_sequence buffers = {});
        void publish_stream(const std::string& name, const std::string& text);

        void set_session(std::string user, std::string session);
        void set_parent(nlohmann::json header);
        nlohmann::json parent();

    private:
        bool takes(const std::string& type); // false: it is left out
        void send(xeus::xpub_message message, xeus::channel channel);
        void tell_what_was_left_out();

        std::atomic<std::int64_t> left_out_{0};
        std::mutex mutex_; // guards what follows
        Send send_;
        std::string user_ = "username";
        std::string session_;
        nlohmann::json parent_ = nlohmann::json::object();
    };
}
