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
        if (send_)
        {
            send_(std::move(message), channel);
        }
    }

    void Iopub::publish_stream(const std::string& name, const std::string& text)
    {
        const core::TutorScope scope;
        const std::lock_guard lock(mutex_);
        if (send_)
        {
            send_(xeus::xpub_message("stream." + name, xeus::make_header("stream", user_, session_), parent_,
                                     nlohmann::json::object(), {{"name", name}, {"text", text}}, xeus::buffer_sequence()),
                  xeus::channel::SHELL);
        }
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
