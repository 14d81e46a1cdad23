// Comms (widgets and the like) by way of the Python package "comm", which ipywidgets and others use with every kernel: what
// they open is sent, and what the front end sends reaches them. On the main thread, with the GIL.
#pragma once

#include <pybind11/pybind11.h>
#include <xeus/xmessage.hpp>

#include "jupyter/iopub.hpp"

namespace xmemory::jupyter
{
    class Output;

    class __attribute__((visibility("hidden"))) Comms
    {
    public:
        Comms(Iopub& iopub, Output& output) : iopub_(iopub), output_(output) {}

        // After the shell exists. Without the package nothing is changed, and xeus's own comms stay in place.
        void install(const pybind11::object& shell);

        // comm_open, comm_msg and comm_close, once installed.
        bool takes(const std::string& message_type) const;
        void receive(const xeus::xmessage& message);

        bool is_installed() const { return static_cast<bool>(manager_); }
        // The content of a comm_info_reply; target_name: empty for all.
        nlohmann::json info(const std::string& target_name) const;

    private:
        pybind11::object make_comm_class();
        pybind11::object make_kernel();

        Iopub& iopub_;
        Output& output_;
        pybind11::object manager_;
    };
}
