#include "jupyter/iopub.hpp"

#include "core/scope.hpp"

namespace xmemory::jupyter
{
    void Iopub::send_with(Send send)
    {
        const std::lock_guard lock(mutex_);
        send_ = std::move(send);
    }

    void Iopub::publish(xeus::xpub_message message, xeus::channel channel)
    {
        const std::lock_guard lock(mutex_);
        if (!send_)
        {
            return;
        }
        if (channel == xeus::channel::SHELL)
        {
            message = xeus::xpub_message(message.topic(), message.header(), parent_, message.metadata(), message.content(),
                                         std::move(message).buffers());
        }
        send_(std::move(message), channel);
    }

    void Iopub::publish_message(const std::string& type, nlohmann::json metadata, nlohmann::json content,
                                xeus::buffer_sequence buffers)
    {
        const core::TutorScope scope;
        const std::lock_guard lock(mutex_);
        if (send_)
        {
            send_(xeus::xpub_message(type, xeus::make_header(type, user_, session_), parent_, std::move(metadata),
                                     std::move(content), std::move(buffers)),
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
