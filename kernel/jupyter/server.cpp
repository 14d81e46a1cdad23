#include "jupyter/server.hpp"

#include <iostream>

#include <pybind11/pybind11.h>

#include "jupyter/history.hpp"
#include "jupyter/interrupts.hpp"
#include "jupyter/output.hpp"
#include "jupyter/request_fields.hpp"
#include "jupyter/usage.hpp"

namespace xmemory::jupyter
{
    namespace
    {
        std::string type_of(const xeus::xmessage& message) { return message.header().value("msg_type", ""); }

        // A member that is a string; empty where there is none.
        std::string text_of(const nlohmann::json& object, const char* name)
        {
            const auto found = object.is_object() ? object.find(name) : object.end();
            return found != object.end() && found->is_string() ? found->get<std::string>() : "";
        }

        xeus::xmessage with_content(xeus::xmessage message, nlohmann::json content)
        {
            return {message.identities(), message.header(),   message.parent_header(),
                    message.metadata(),   std::move(content), std::move(message).buffers()};
        }

        xeus::xmessage with_metadata(xeus::xmessage message, const nlohmann::json& more)
        {
            nlohmann::json metadata = message.metadata();
            metadata.update(more);
            return {message.identities(), message.header(),  message.parent_header(),
                    std::move(metadata),  message.content(), std::move(message).buffers()};
        }

        // The core takes only numbers here and has defaults of its own; absent or null means "all" to Jupyter's clients.
        xeus::xmessage with_history_defaults(xeus::xmessage message)
        {
            nlohmann::json content = nlohmann::json::object();
            for (const auto& [key, value] : message.content().items())
            {
                if (!value.is_null())
                {
                    content[key] = value;
                }
            }
            content.emplace("n", all_history);
            content.emplace("start", 0);
            content.emplace("stop", all_history);
            return {message.identities(), message.header(),   message.parent_header(),
                    message.metadata(),   std::move(content), std::move(message).buffers()};
        }
    }

    Server::Server(std::unique_ptr<xeus::xserver> server, Iopub& iopub, Output& output, Comms& comms, ShellRequest& request)
        : server_(std::move(server)), iopub_(iopub), output_(output), comms_(comms), request_(request)
    {
        iopub_.send_with([this](xeus::xpub_message message, xeus::channel channel)
                         { server_->publish(std::move(message), channel); });
        server_->register_shell_listener([this](xeus::xmessage message) { receive_shell(std::move(message)); });
        server_->register_control_listener([this](xeus::xmessage message) { receive_control(std::move(message)); });
        server_->register_stdin_listener([this](xeus::xmessage message) { notify_stdin_listener(std::move(message)); });
        server_->register_internal_listener([this](nlohmann::json message)
                                            { return notify_internal_listener(std::move(message)); });
    }

    // The GIL is held for the whole request: what threads of the learner publish meanwhile reads the core's state.
    void Server::receive_shell(xeus::xmessage message)
    {
        const pybind11::gil_scoped_acquire gil;
        drop_waiting_interrupts();
        answer_shell(std::move(message));
        std::vector<xeus::xmessage> waiting = std::move(put_aside_);
        put_aside_.clear();
        for (xeus::xmessage& next : waiting)
        {
            type_of(next) == "execute_request" ? abort_cell(next) : answer_shell(std::move(next));
        }
    }

    std::optional<xeus::xmessage> Server::understood(xeus::xmessage message, xeus::channel channel)
    {
        const std::string type = type_of(message);
        const bool on_control = channel == xeus::channel::CONTROL;
        if (on_control ? !belongs_on_control(type) : !belongs_on_shell(type))
        {
            refuse(message, channel, type + " is not answered on the " + (on_control ? "control" : "shell") + " channel.");
            return std::nullopt;
        }
        CheckedContent checked = check_content(type, message.content());
        if (!checked.wrong.empty())
        {
            refuse(message, channel, checked.wrong);
            return std::nullopt;
        }
        return with_content(std::move(message), std::move(checked.content));
    }

    // Who waits for a reply gets one.
    void Server::refuse(const xeus::xmessage& request, xeus::channel channel, const std::string& why)
    {
        const std::string ending = "_request", type = type_of(request);
        if (type.size() <= ending.size() || type.compare(type.size() - ending.size(), ending.size(), ending) != 0)
        {
            std::cerr << "xmemory: a message was left out: " << why << '\n';
            return;
        }
        const nlohmann::json header = request.header();
        if (channel == xeus::channel::SHELL)
        {
            iopub_.set_parent(header);
        }
        publish_status("busy", header, channel);
        xeus::xmessage reply(request.identities(),
                             xeus::make_header(type.substr(0, type.size() - ending.size()) + "_reply", user_, session_), header,
                             nlohmann::json::object(),
                             {{"status", "error"},
                              {"ename", "BadRequest"},
                              {"evalue", why},
                              {"traceback", nlohmann::json::array({why})},
                              {"execution_count", cells_stored_}},
                             xeus::buffer_sequence());
        channel == xeus::channel::CONTROL ? server_->send_control(std::move(reply)) : server_->send_shell(std::move(reply));
        publish_status("idle", header, channel);
    }

    void Server::answer_shell(xeus::xmessage unchecked)
    {
        std::optional<xeus::xmessage> checked = understood(std::move(unchecked), xeus::channel::SHELL);
        if (!checked)
        {
            return;
        }
        xeus::xmessage message = std::move(*checked);
        const std::string type = type_of(message);
        const nlohmann::json header = message.header();
        iopub_.set_parent(header);
        if (comms_.takes(type))
        {
            publish_status("busy", header, xeus::channel::SHELL);
            comms_.receive(message);
            publish_status("idle", header, xeus::channel::SHELL);
            return;
        }
        if (type == "comm_info_request" && comms_.is_installed())
        {
            publish_status("busy", header, xeus::channel::SHELL);
            server_->send_shell(xeus::xmessage(
                message.identities(), xeus::make_header("comm_info_reply", user_, session_), header,
                nlohmann::json::object(), comms_.info(text_of(message.content(), "target_name")), xeus::buffer_sequence()));
            publish_status("idle", header, xeus::channel::SHELL);
            return;
        }
        if (type == "execute_request")
        {
            request_.cell_id = text_of(message.metadata(), "cellId");
            request_.reply_metadata = nlohmann::json::object();
            number_cell(message.content());
            aborts_waiting_ = message.content().value("stop_on_error", true) && !message.content().value("silent", false);
        }
        notify_shell_listener(type == "history_request" ? with_history_defaults(std::move(message)) : std::move(message));
        if (type == "execute_request" && request_.after)
        {
            request_.after();
        }
    }

    // As IPython counts: a cell shows the next number, and only one that is stored takes it.
    void Server::number_cell(const nlohmann::json& content)
    {
        request_.number = cells_stored_ + 1;
        cells_stored_ += content.value("store_history", true) && !content.value("silent", false);
    }

    void Server::receive_control(xeus::xmessage unchecked)
    {
        std::optional<xeus::xmessage> checked = understood(std::move(unchecked), xeus::channel::CONTROL);
        if (!checked)
        {
            return;
        }
        xeus::xmessage message = std::move(*checked);
        const std::string type = type_of(message);
        if (type == "usage_request")
        {
            answer_on_control(message, "usage_reply", usage());
            return;
        }
        if (type == "interrupt_request")
        {
            interrupt_cell();
            answer_on_control(message, "interrupt_reply", {{"status", "ok"}});
            return;
        }
        if (type == "debug_request" && !debugger_started_ && VariableInspector::takes(text_of(message.content(), "command")))
        {
            answer_on_control(message, "debug_reply", inspector_.answer(message.content()));
            return;
        }
        notify_control_listener(std::move(message));
    }

    void Server::answer_on_control(const xeus::xmessage& request, const char* reply_type, nlohmann::json content)
    {
        const nlohmann::json header = request.header();
        publish_status("busy", header, xeus::channel::CONTROL);
        server_->send_control(xeus::xmessage(request.identities(), xeus::make_header(reply_type, user_, session_), header,
                                             nlohmann::json::object(), std::move(content), xeus::buffer_sequence()));
        publish_status("idle", header, xeus::channel::CONTROL);
    }

    void Server::publish_status(const char* state, const nlohmann::json& parent, xeus::channel channel)
    {
        iopub_.publish(xeus::xpub_message("status", xeus::make_header("status", user_, session_), parent,
                                          nlohmann::json::object(), {{"execution_state", state}}, xeus::buffer_sequence()),
                       channel);
    }

    xeus::xcontrol_messenger& Server::get_control_messenger_impl() { return server_->get_control_messenger(); }

    void Server::send_shell_impl(xeus::xmessage message)
    {
        if (type_of(message) == "execute_reply")
        {
            nlohmann::json content = message.content();
            if (aborts_waiting_ && text_of(content, "status") == "error")
            {
                put_waiting_aside();
            }
            content["execution_count"] = cells_stored_;
            message = with_metadata(with_content(std::move(message), std::move(content)), request_.reply_metadata);
        }
        server_->send_shell(std::move(message));
    }

    void Server::send_control_impl(xeus::xmessage message)
    {
        if (type_of(message) == "debug_reply" && text_of(message.content(), "command") == "initialize")
        {
            debugger_started_ = message.content().value("success", false);
        }
        if (type_of(message) != "shutdown_reply")
        {
            server_->send_control(std::move(message));
            return;
        }
        nlohmann::json content = message.content();
        const bool restart = content.value("restart", false);
        content["status"] = "ok";
        server_->send_control(with_content(std::move(message), std::move(content)));
        if (shutdown_)
        {
            shutdown_(restart);
        }
    }

    // The protocol's word is "password".
    void Server::send_stdin_impl(xeus::xmessage message)
    {
        nlohmann::json content = message.content();
        if (content.contains("pwd"))
        {
            content["password"] = content["pwd"];
            content.erase("pwd");
        }
        server_->send_stdin(with_content(std::move(message), std::move(content)));
    }

    // What was printed before it goes out before it.
    void Server::publish_impl(xeus::xpub_message message, xeus::channel channel)
    {
        const std::string type = message.header().value("msg_type", "");
        if (channel == xeus::channel::SHELL && type != "status" && type != "execute_input")
        {
            output_.flush();
        }
        if (type == "execute_input")
        {
            nlohmann::json content = message.content();
            content["execution_count"] = request_.number;
            message = xeus::xpub_message(message.topic(), message.header(), message.parent_header(), message.metadata(),
                                         std::move(content), std::move(message).buffers());
        }
        iopub_.publish(std::move(message), channel);
    }

    void Server::start_impl(xeus::xpub_message message)
    {
        session_ = message.header().value("session", session_);
        user_ = message.header().value("username", user_);
        iopub_.set_session(user_, session_);
        server_->start(std::move(message));
    }

    // After a cell failed: cells that wait are answered "aborted", as the protocol has it; what is no cell is done afterwards.
    // Taken out of the queue before anybody is told of the error: a cell that is sent in answer to it is no cell that waited.
    void Server::put_waiting_aside()
    {
        server_->abort_queue([this](xeus::xmessage message) { put_aside_.push_back(std::move(message)); }, 0);
    }

    void Server::abort_cell(const xeus::xmessage& message)
    {
        const nlohmann::json header = message.header();
        iopub_.set_parent(header);
        publish_status("busy", header, xeus::channel::SHELL);
        server_->send_shell(xeus::xmessage(message.identities(), xeus::make_header("execute_reply", user_, session_), header,
                                           {{"status", "aborted"}}, {{"status", "aborted"}}, xeus::buffer_sequence()));
        publish_status("idle", header, xeus::channel::SHELL);
    }

    // The core asks for it when the reply has left: what waited was put aside by then.
    void Server::abort_queue_impl(const listener&, long) {}

    void Server::stop_impl() { server_->stop(); }

    // The connection file names all ports. Asked for them, xeus 2.4 refuses addresses of 32 characters and more (get_socket_port in
    // src/xmiddleware.cpp), as those of transport ipc are.
    void Server::update_config_impl(xeus::xconfiguration&) const {}
}
