#include "jupyter/check_function.hpp"

#include <pybind11/pybind11.h>
#include <pybind11_json/pybind11_json.hpp>

#include "core/ledger.hpp"
#include "core/tally.hpp"
#include "jupyter/guarded.hpp"
#include "jupyter/measurement_type.hpp"
#include "magics/check.hpp"

namespace py = pybind11;

namespace xmemory::jupyter
{
    namespace
    {
        constexpr const char* subjects =
            "code=\"…\", a function, a measurement of xmemory.measure(), or a record of xmemory.cell()";

        [[noreturn]] void raise(PyObject* type, const std::string& sentence)
        {
            PyErr_SetString(type, sentence.c_str());
            throw py::error_already_set();
        }

        struct Arguments
        {
            std::string limits;
            py::object subject; // nothing where code is given
            std::optional<std::string> code;
        };

        void read_keywords(const py::dict& keywords, Arguments& arguments)
        {
            for (const auto& [name, value] : keywords)
            {
                if (name.cast<std::string>() != "code")
                {
                    raise(PyExc_TypeError, "check() has one keyword, code=, and not " + name.cast<std::string>() + "=");
                }
                if (!py::isinstance<py::str>(value))
                {
                    raise(PyExc_TypeError,
                          std::string("check(code=) takes a string of code, not ") + Py_TYPE(value.ptr())->tp_name);
                }
                arguments.code = value.cast<std::string>();
            }
        }

        Arguments read_arguments(const py::tuple& args, const py::dict& keywords)
        {
            Arguments arguments;
            read_keywords(keywords, arguments);
            for (const py::handle argument : args)
            {
                if (arguments.subject)
                {
                    raise(PyExc_TypeError,
                          std::string("check() takes one thing to hold to the limits, and it comes last: ") + subjects);
                }
                if (py::isinstance<py::str>(argument))
                {
                    arguments.limits += (arguments.limits.empty() ? "" : " ") + argument.cast<std::string>();
                }
                else
                {
                    arguments.subject = py::reinterpret_borrow<py::object>(argument);
                }
            }
            if (static_cast<bool>(arguments.subject) == arguments.code.has_value())
            {
                raise(PyExc_TypeError, std::string("check() holds ") + (arguments.code ? "one" : "something") +
                                           " to the limits: check(\"peak<10MB\", …) with " + subjects);
            }
            return arguments;
        }

        // Of a record or a measurement, as a dict.
        magics::BodyRun from_dict(const py::dict& record)
        {
            magics::BodyRun run;
            try
            {
                const nlohmann::json data = record;
                run.figures = report::figures_from(data);
                run.exact = data.value("exact", true);
                run.why = data.value("why", "");
            }
            catch (const std::exception& error)
            {
                throw magics::UsageError(
                    std::string("check() takes a record as xmemory.cell() gives it, and this dict is none: ") +
                    error.what());
            }
            return run;
        }

        magics::BodyRun measure(const Arguments& arguments, py::object& value)
        {
            if (arguments.subject && PyDict_Check(arguments.subject.ptr()))
            {
                return from_dict(arguments.subject);
            }
            if (arguments.subject && is_measurement(arguments.subject.ptr()))
            {
                PyObject* figures = figures_of_ended(arguments.subject.ptr());
                if (figures == nullptr)
                {
                    raise(PyExc_ValueError, "check() takes a measurement that has ended: call it after the with block");
                }
                return from_dict(py::reinterpret_borrow<py::dict>(figures));
            }
            if (arguments.subject && !PyCallable_Check(arguments.subject.ptr()))
            {
                raise(PyExc_TypeError, std::string("check() cannot hold an object of type ") +
                                           Py_TYPE(arguments.subject.ptr())->tp_name + " to limits: it takes " + subjects);
            }
            if (!core::here().runs_cells || !core::ledger::cell_is_running())
            {
                raise(PyExc_RuntimeError, "check() works in a cell, on the thread that runs the cell");
            }
            return arguments.code ? magics::run_body(*arguments.code, "") : magics::run_function(arguments.subject, value);
        }
    }

    PyObject* check(PyObject*, PyObject* args, PyObject* keywords)
    {
        return guarded(
            [&]
            {
                const Arguments arguments =
                    read_arguments(py::reinterpret_borrow<py::tuple>(args),
                                   keywords ? py::reinterpret_borrow<py::dict>(keywords) : py::dict());
                const std::vector<magics::Limit> limits = magics::read_limits(arguments.limits);
                py::object value;
                const magics::BodyRun run = measure(arguments, value);
                py::dict result = py::object(magics::check(limits, run).data);
                if (value)
                {
                    result["value"] = value;
                }
                return result.release().ptr();
            });
    }
}
