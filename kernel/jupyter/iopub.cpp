#include "jupyter/iopub.hpp"

#include <unistd.h>

#include <cstdio>

#include "core/scope.hpp"
#include "jupyter/forked_child.hpp"
#include "jupyter/outgoing.hpp"
#include "report/numbers.hpp"

namespace xmemory::jupyter
{
    namespace
    {
        // What a cell can make any number of.
        bool is_output(const std::string& type)
        {
            return type == "stream" || type == "display_data" || type == "update_display_data" || type == "comm_msg";
        }

        // A forked child has no sockets: ZeroMQ refuses to use those of another process. What it displays goes the way of what it prints.
        void print_in_child(const std::string& type, const nlohmann::json& content)
        {
            const auto data = content.find("data");
            if (type == "display_data" && data != content.end() && data->is_object() && data->contains("text/plain") &&
                data->at("text/plain").is_string())
            {
                dprintf(STDOUT_FILENO, "%s\n", data->at("text/plain").get_ref<const std::string&>().c_str());
            }
        }
    }

    void Iopub::send_with(Send send)
    {
        const std::lock_guard lock(mutex_);
        send_ = std::move(send);
    }

    void Iopub::publish(xeus::xpub_message message, xeus::channel channel)
    {
        const std::string type = message.header().value("msg_type", "");
        if (is_forked_child())
        {
            print_in_child(type, message.content());
            return;
        }
        const bool on_shell = channel == xeus::channel::SHELL;
        if (!takes(type))
        {
            return;
        }
        if (on_shell && type == "status" && message.content().value("execution_state", "") == "idle")
        {
            tell_what_was_left_out();
        }
        const std::lock_guard lock(mutex_);
        if (on_shell)
        {
            message = xeus::xpub_message(message.topic(), message.header(), parent_, message.metadata(), message.content(),
                                         std::move(message).buffers());
        }
        send(std::move(message), channel);
    }

    void Iopub::publish_message(const std::string& type, nlohmann::json metadata, nlohmann::json content,
                                xeus::buffer_sequence buffers)
    {
        const core::TutorScope scope;
        if (is_forked_child())
        {
            print_in_child(type, content);
            return;
        }
        if (!takes(type))
        {
            return;
        }
        const std::lock_guard lock(mutex_);
        send(xeus::xpub_message(type, xeus::make_header(type, user_, session_), parent_, std::move(metadata),
                                std::move(content), std::move(buffers)),
             xeus::channel::SHELL);
    }

    // Before the lock: what only says how the kernel is never waits for who waits here.
    bool Iopub::takes(const std::string& type)
    {
        if (!is_output(type) || has_room_for_outgoing())
        {
            return true;
        }
        ++left_out_;
        return false;
    }

    void Iopub::send(xeus::xpub_message message, xeus::channel channel)
    {
        if (send_)
        {
            const CountAsOutgoing counted;
            send_(std::move(message), channel);
        }
    }

    void Iopub::tell_what_was_left_out()
    {
        if (const std::int64_t messages = left_out_.exchange(0); messages > 0)
        {
            const std::lock_guard lock(mutex_);
            send(
                xeus::xpub_message(
                    "stream", xeus::make_header("stream", user_, session_), parent_, nlohmann::json::object(),
                    {{"name", "stderr"},
                     {"text", report::count(messages) + (messages == 1 ? " output" : " outputs") +
                                  " of this cell left out: 32 MB waited and the front end took nothing for two seconds.\n"}},
                    xeus::buffer_sequence()),
                xeus::channel::SHELL);
        }
    }

    void Iopub::publish_stream(const std::string& name, const std::string& text)
    {
        publish_message("stream", nlohmann::json::object(), {{"name", name}, {"text", text}});
    }

    nlohmann::json Iopub::parent()
    {
        const std::lock_guard lock(mutex_);
        return parent_;
    }

    void Iopub::set_session(std::string user, std::string session)
    {
        const std::lock_guard lock(mutex_);
        user_ = std::move(user);
        session_ = std::move(session);
    }

    void Iopub::set_parent(nlohmann::json header)
    {
        const std::lock_guard lock(mutex_);
        parent_ = std::move(header);
    }
}
