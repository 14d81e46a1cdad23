// The order of start-up, and nothing else.
#include <iostream>

#include <CLI/CLI.hpp>

#include <xeus-python/xdebugger.hpp>
#include <xeus/xeus_context.hpp>
#include <xeus/xkernel.hpp>
#include <zmq.hpp>

#include "core/ledger.hpp"
#include "cpython/allocator_hooks.hpp"
#include "cpython/embed.hpp"
#include "jupyter/comms.hpp"
#include "jupyter/connection_file.hpp"
#include "jupyter/history.hpp"
#include "jupyter/interpreter.hpp"
#include "jupyter/interrupts.hpp"
#include "jupyter/last_kernel.hpp"
#include "jupyter/listen.hpp"
#include "jupyter/output.hpp"
#include "jupyter/processes.hpp"
#include "jupyter/server.hpp"
#include "jupyter/shutdown.hpp"

namespace
{
    using namespace xmemory::jupyter;

    // The parts that live as long as the process. Never destroyed: threads use them to the end.
    struct Kernel
    {
        Iopub iopub;
        Output output{iopub};
        Comms comms{iopub, output};
        ShellRequest request;
    };
    Kernel& parts = *new Kernel;

    std::unique_ptr<xeus::xserver> make_server(xeus::xcontext& context, const xeus::xconfiguration& configuration,
                                               nlohmann::json::error_handler_t)
    {
        // "replace": what a cell prints need not be valid UTF-8.
        auto server = std::make_unique<Server>(listen(context, configuration, nlohmann::json::error_handler_t::replace),
                                               parts.iopub, parts.output, parts.comms, parts.request);
        server->on_shutdown([](bool) { shut_down_soon(); });
        return server;
    }

    void run_kernel(const xeus::xconfiguration& configuration, const std::string& connection_file, const std::string& python)
    {
        auto history = std::make_unique<History>();
        auto interpreter = std::make_unique<Interpreter>(parts.output, *history, parts.comms, parts.request);
        xeus::xkernel kernel(configuration, xeus::get_user_name(),
                             std::make_unique<xeus::xcontext_impl<zmq::context_t>>(), std::move(interpreter), make_server,
                             std::move(history), nullptr, xpyt::make_python_debugger, {{"python", python}},
                             nlohmann::json::error_handler_t::replace);
        prepare_shutdown(parts.output);
        parts.output.start();
        watch_parent();
        take_over(connection_file);
        kernel.start(); // until shutdown, which ends the process
    }
}

int main(int argc, char* argv[])
{
    CLI::App app("xmemory, a Jupyter kernel: Python that tells what each cell did to memory. Jupyter starts it.");
    std::string connection_file;
    std::string python;
    app.add_option("-f", connection_file, "Jupyter's connection file")->required();
    app.add_option("--python", python, "the Python whose packages the kernel uses, of a virtual environment for instance");
    app.set_version_flag("--version", "xmemory " XMEMORY_VERSION);
    CLI11_PARSE(app, argc, argv);

    block_interrupts();
    xmemory::core::ledger::adopt_this_thread();
#ifndef XMEMORY_WITHOUT_ACCOUNTING // what the benchmarks compare with
    xmemory::cpython::install_allocator_hooks();
#endif
    try
    {
        const xeus::xconfiguration configuration = read_connection_file(connection_file);
        say_who_may_run_code(configuration, connection_file);
        python = python.empty() ? xmemory::cpython::default_python() : python;
        xmemory::cpython::start_python(python, {argv[0]});
        prepare_interrupts();
        run_kernel(configuration, connection_file, python);
    }
    catch (const std::exception& error)
    {
        std::cerr << "xmemory: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
