// The kernel's server as xeus's core sees it: hands everything on to xeus's own ZeroMQ server, and answers by itself what the
// core does not know or does wrongly: interrupts, usage, messages from other threads, the record in execute_reply, aborted
// cells. Shell on the main thread, control on its own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>
#include <xeus/xeus_context.hpp>
#include <xeus/xkernel_configuration.hpp>
#include <xeus/xserver.hpp>

#include "jupyter/comms.hpp"
#include "jupyter/iopub.hpp"
#include "jupyter/variable_inspector.hpp"

namespace xmemory::jupyter
{
    // What the parts of the kernel tell each other about the request on the shell channel. Written and read by the main thread.
    struct ShellRequest
    {
        std::string cell_id;           // from the front end (metadata.cellId), or empty
        nlohmann::json reply_metadata; // goes into the execute_reply's metadata
        int number = 0;                // of the cell, as it stands on the screen
        std::function<void()> after;   // called when the reply is on its way; or empty
    };

    class __attribute__((visibility("hidden"))) Server : public xeus::xserver
    {
    public:
        // All but the first must outlive it.
        Server(std::unique_ptr<xeus::xserver> server, Iopub& iopub, Output& output, Comms& comms, ShellRequest& request);

        // Called on the control thread when a shutdown was answered, before the channels stop.
        void on_shutdown(std::function<void(bool restart)> handler) { shutdown_ = std::move(handler); }

    private:
        void receive_shell(xeus::xmessage message);
        // With a content that can be understood; where it cannot, the answer has been sent and nothing is given.
        std::optional<xeus::xmessage> understood(xeus::xmessage message, xeus::channel channel);
        void refuse(const xeus::xmessage& request, xeus::channel channel, const std::string& why);
        void answer_shell(xeus::xmessage message);
        void number_cell(const nlohmann::json& content);
        void receive_control(xeus::xmessage message);
        void answer_on_control(const xeus::xmessage& request, const char* reply_type, nlohmann::json content);
        void put_waiting_aside();
        void abort_cell(const xeus::xmessage& message);
        void publish_status(const char* state, const nlohmann::json& parent, xeus::channel channel);

        xeus::xcontrol_messenger& get_control_messenger_impl() override;
        void send_shell_impl(xeus::xmessage message) override;
        void send_control_impl(xeus::xmessage message) override;
        void send_stdin_impl(xeus::xmessage message) override;
        void publish_impl(xeus::xpub_message message, xeus::channel channel) override;
        void start_impl(xeus::xpub_message message) override;
        void abort_queue_impl(const listener& l, long polling_interval) override;
        void stop_impl() override;
        void update_config_impl(xeus::xconfiguration& config) const override;

        std::unique_ptr<xeus::xserver> server_;
        Iopub& iopub_;
        Output& output_;
        Comms& comms_;
        ShellRequest& request_;
        int cells_stored_ = 0; // the number of the last cell that was stored in the history
        std::function<void(bool)> shutdown_;
        bool aborts_waiting_ = false;           // if the cell that runs fails, those that wait do not run
        std::vector<xeus::xmessage> put_aside_; // waited when a cell failed
        VariableInspector inspector_;           // control thread
        bool debugger_started_ = false;         // control thread
        std::string user_ = "username";
        std::string session_;
    };
}
