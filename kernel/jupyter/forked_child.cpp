#include "jupyter/forked_child.hpp"

#include <unistd.h>

#include <cstdio>

namespace py = pybind11;

namespace xmemory::jupyter
{
    namespace
    {
        pid_t kernel_process = 0;

        [[noreturn]] void leave(int status)
        {
            std::fflush(nullptr);
            _exit(status);
        }

        void say(const std::string& text) { std::fputs((text + "\n").c_str(), stderr); }

        // As handle_system_exit in Python/pythonrun.c, 3.11.
        int status_of(const py::handle& system_exit)
        {
            const py::object code = py::getattr(system_exit, "code", py::none());
            if (code.is_none())
            {
                return 0;
            }
            if (PyLong_Check(code.ptr()))
            {
                return static_cast<int>(PyLong_AsLong(code.ptr()));
            }
            say(py::str(code));
            return 1;
        }
    }

    void remember_kernel_process() { kernel_process = getpid(); }

    bool is_forked_child() { return getpid() != kernel_process; }

    void leave_child_well() { leave(0); }

    void leave_child_after(const py::handle& type, const py::handle& value, const std::vector<std::string>& traceback)
    {
        if (type.ptr() == PyExc_SystemExit)
        {
            leave(status_of(value));
        }
        for (const std::string& line : traceback)
        {
            say(line);
        }
        leave(1);
    }
}
