#include "jupyter/shutdown.hpp"

#include <pybind11/pybind11.h>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "core/black_box.hpp"
#include "core/scope.hpp"
#include "jupyter/interrupts.hpp"
#include "jupyter/output.hpp"
#include "jupyter/processes.hpp"

namespace py = pybind11;

namespace xmemory::jupyter
{
    namespace
    {
        constexpr auto patience = std::chrono::seconds(3);
        Output* output = nullptr;
        pid_t kernel_process = 0;

        void run_atexit_functions()
        {
            const py::gil_scoped_acquire gil;
            try
            {
                py::module_::import("atexit").attr("_run_exitfuncs")();
            }
            catch (py::error_already_set& error)
            {
                error.discard_as_unraisable("atexit");
            }
        }

        // Static objects of Python and of C++ are not torn down: threads may still use them.
        // Where nobody has asked for it, it is the learner's code that has called C's exit.
        void leave(int status, void*)
        {
            if (getpid() != kernel_process)
            {
                return; // a forked child that called exit
            }
            const core::TutorScope scope;
            core::black_box::note_exit(status);
            run_atexit_functions();
            output->stop();
            std::this_thread::sleep_for(std::chrono::milliseconds(50)); // ZeroMQ's own thread sends what is queued
            end_process(0);
        }
    }

    void prepare_shutdown(Output& to_flush)
    {
        output = &to_flush;
        kernel_process = getpid();
        on_exit(leave, nullptr);
    }

    void shut_down_soon()
    {
        core::black_box::close(); // an end that was asked for, however it comes about
        interrupt_cell();
        std::thread(
            []
            {
                for (auto waited = std::chrono::milliseconds(0); waited < patience; waited += std::chrono::milliseconds(250))
                {
                    std::this_thread::sleep_for(std::chrono::milliseconds(250));
                    interrupt_cell();
                }
                end_process(0);
            })
            .detach();
    }
}
