#include "jupyter/listen.hpp"

#include <sys/stat.h>

#include <stdexcept>
#include <string>

#include <xeus/xserver_shell_main.hpp>
#include <zmq.hpp>

#include "jupyter/outgoing.hpp"

namespace xmemory::jupyter
{
    namespace
    {
        // The sockets of transport ipc are files: whoever may write to them could connect.
        class PrivateFiles
        {
        public:
            PrivateFiles() : before_(umask(S_IRWXG | S_IRWXO)) {}
            ~PrivateFiles() { umask(before_); }
            PrivateFiles(const PrivateFiles&) = delete;
            PrivateFiles& operator=(const PrivateFiles&) = delete;

        private:
            mode_t before_;
        };

        std::string places(const xeus::xconfiguration& at)
        {
            return (at.m_transport == "tcp" ? at.m_ip + ", ports " : "the sockets " + at.m_ip + "-") + at.m_shell_port + ", " +
                   at.m_control_port + ", " + at.m_iopub_port + ", " + at.m_stdin_port + " and " + at.m_hb_port;
        }
    }

    std::unique_ptr<xeus::xserver> listen(xeus::xcontext& context, const xeus::xconfiguration& configuration,
                                          nlohmann::json::error_handler_t error_handler)
    {
        const PrivateFiles only_ours;
        const EndlessQueues nothing_is_dropped;
        try
        {
            return xeus::make_xserver_shell_main(context, configuration, error_handler);
        }
        catch (const zmq::error_t& error)
        {
            throw std::runtime_error("the kernel cannot listen at " + places(configuration) + ": " + error.what() +
                                     ". Start it again from Jupyter, which looks for free ports.");
        }
    }
}
