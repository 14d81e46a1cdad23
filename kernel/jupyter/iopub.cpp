#include "jupyter/iopub.hpp"

#include "core/scope.hpp"
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
    }

    void Iopub::send_with(Send send)
    {
        const std::lock_guard lock(mutex_);
        send_ = std::move(send);
    }

    void Iopub::publish(xeus::xpub_message message, xeus::channel channel)
    {
        const bool on_shell = channel == xeus::channel::SHELL;
        const std::string type = message.header().value("msg_type", "");
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
