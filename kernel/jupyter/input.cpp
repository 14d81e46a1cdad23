#include "jupyter/input.hpp"

#include <xeus/xinput.hpp>
#include <zmq.hpp>

#include <cerrno>

#include "core/scope.hpp"
#include "jupyter/forked_child.hpp"
#include "jupyter/output.hpp"
#include "jupyter/socket_waits.hpp"

namespace py = pybind11;

namespace xmemory::jupyter
{
    namespace
    {
        std::string ask(const std::string& prompt, bool password)
        {
            const py::gil_scoped_release released;
            const SignalsEndWait until_answered;
            return xeus::blocking_input_request(prompt, password);
        }

        py::str ask_front_end(Output& output, const py::object& prompt, bool password)
        {
            const core::TutorScope scope;
            if (is_forked_child())
            {
                PyErr_SetString(PyExc_EOFError, "a forked process cannot ask the front end: ask before os.fork()");
                throw py::error_already_set();
            }
            output.flush(true);
            const std::string words = py::str(prompt);
            while (true)
            {
                try
                {
                    return ask(words, password);
                }
                catch (const zmq::error_t& error)
                {
                    if (error.num() != EINTR)
                    {
                        throw;
                    }
                }
                if (PyErr_CheckSignals() < 0)
                {
                    throw py::error_already_set();
                }
            }
        }

        // As builtin_input in Python/bltinmodule.c; getpass has a second argument, the stream.
        void check_arguments(bool password, const py::args& more, const py::kwargs& named)
        {
            if (!password && !more.empty())
            {
                throw py::type_error("input expected at most 1 argument, got " + std::to_string(1 + more.size()));
            }
            if (!password && !named.empty())
            {
                throw py::type_error("input() takes no keyword arguments");
            }
        }

        py::cpp_function asker(Output& output, bool allowed, bool password, const char* prompt)
        {
            return py::cpp_function(
                [&output, allowed, password](const py::object& words, const py::args& more, const py::kwargs& named)
                {
                    check_arguments(password, more, named);
                    if (!allowed)
                    {
                        const py::object error = py::module_::import("IPython.core.error").attr("StdinNotImplementedError");
                        PyErr_SetString(error.ptr(), "This front end cannot be asked for input.");
                        throw py::error_already_set();
                    }
                    return ask_front_end(output, words, password);
                },
                py::arg("prompt") = prompt);
        }
    }

    InputRedirection::InputRedirection(bool allowed, Output& output)
        : builtins_(py::module_::import("builtins")), getpass_(py::module_::import("getpass")),
          old_input_(builtins_.attr("input")), old_getpass_(getpass_.attr("getpass"))
    {
        builtins_.attr("input") = asker(output, allowed, false, "");
        getpass_.attr("getpass") = asker(output, allowed, true, "Password: ");
    }

    InputRedirection::~InputRedirection()
    {
        builtins_.attr("input") = old_input_;
        getpass_.attr("getpass") = old_getpass_;
    }
}
