// The Python of the kernel: xeus-python's interpreter with IPython in it, each cell bracketed and measured, and what people
// expect of ipykernel where xeus-python does otherwise. On the main thread; Python calls take the GIL.
#pragma once

#include <memory>

#include <pybind11/pybind11.h>
#include <xeus-python/xinterpreter.hpp>

#include "jupyter/history.hpp"
#include "jupyter/output.hpp"
#include "jupyter/server.hpp"
#include "magics/session.hpp"
#include "report/cell_record.hpp"

namespace xmemory::jupyter
{
    class __attribute__((visibility("hidden"))) Interpreter : public xpyt::interpreter
    {
    public:
        // All must outlive it.
        Interpreter(Output& output, History& history, Comms& comms, ShellRequest& request);

    private:
        void configure_impl() override;
        nlohmann::json execute_request_impl(int execution_count, const std::string& code, bool silent, bool store_history,
                                            nlohmann::json user_expressions, bool allow_stdin) override;
        nlohmann::json complete_request_impl(const std::string& code, int cursor_position) override;
        nlohmann::json kernel_info_request_impl() override;

        nlohmann::json python_completions(const std::string& code, int cursor_position);
        void improve_shell();
        void add_payloads();
        // Runs the cell bracketed; true where it went well.
        bool run_cell(const std::string& code, bool silent, bool store_history);
        void tell_of_last_kernel();
        void report_cell(const report::CellRecord& record, const magics::CellSource& source);
        std::string status_of_cell(bool ok) const;
        // What IPython shows of an error: to the front end at once, in order with what was printed, and into the reply.
        void show_error(const pybind11::handle& type, const pybind11::handle& value, const pybind11::handle& traceback);

        Output& output_;
        History& history_;
        Comms& comms_;
        ShellRequest& request_;
        nlohmann::json error_; // of the cell that runs, null without one
        nlohmann::json told_death_; // of the kernel before this one, with the cell that runs; else null
        bool silent_ = false;
    };
}
