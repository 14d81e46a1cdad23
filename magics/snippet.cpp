#include "magics/snippet.hpp"

#include <chrono>
#include <optional>

#include "core/ledger.hpp"
#include "core/scope.hpp"
#include "cpython/interrupt_gate.hpp"
#include "magics/command.hpp"
#include "magics/figures.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        py::object shell() { return py::module_::import("IPython").attr("get_ipython")(); }

        py::object compile(const std::string& label, const std::string& source, const char* mode)
        {
            const py::object compiler = shell().attr("compile");
            // IPython's cache of sources lets a traceback show the line.
            const py::object name = compiler.attr("cache")(source, 0, "%memory " + label + "\n" + source);
            const py::object flags = compiler.attr("flags");
            return py::module_::import("builtins").attr("compile")(source, name, mode, flags);
        }

        // A copy with room to spare, so that the snippet's first names do not pay for the growth of a notebook's namespace.
        py::dict roomy_copy_of_namespace()
        {
            const py::dict copy = shell().attr("user_ns").attr("copy")();
            const py::object size_of = copy.attr("__sizeof__");
            const auto size = size_of().cast<std::size_t>();
            std::vector<py::str> spare;
            while (size_of().cast<std::size_t>() == size)
            {
                spare.emplace_back("_xmemory_spare_" + std::to_string(spare.size()));
                copy[spare.back()] = py::none();
            }
            for (const py::str& name : spare)
            {
                copy.attr("pop")(name);
            }
            return copy;
        }

        // As cpython/learner_code.cpp runs a cell: the function object is made and goes outside of the measurement.
        class Runner
        {
        public:
            Runner(const py::object& code, const py::dict& names)
                : function_(py::reinterpret_steal<py::object>(PyFunction_New(code.ptr(), names.ptr())))
            {
                if (!function_)
                {
                    throw py::error_already_set();
                }
            }

            // nullptr with a Python error.
            PyObject* operator()() const
            {
                const core::LearnerScope scope;
                const cpython::InterruptGate gate;
                return PyObject_CallNoArgs(function_.ptr());
            }

        private:
            py::object function_;
        };

        // Not a full collection: that would also empty the free lists that a run before has filled.
        void collect_young() { py::module_::import("gc").attr("collect")(1); }

        // Sends print to nowhere until it goes.
        class Quiet
        {
        public:
            Quiet() : sys_(py::module_::import("sys")), before_(sys_.attr("stdout"))
            {
                sys_.attr("stdout") = py::module_::import("io").attr("StringIO")();
            }
            ~Quiet() { sys_.attr("stdout") = before_; }
            Quiet(const Quiet&) = delete;
            Quiet& operator=(const Quiet&) = delete;

        private:
            py::object sys_;
            py::object before_;
        };
    }

    Snippet compile_expression(const std::string& label, const std::string& source)
    {
        return {label, true, compile(label, source, "eval")};
    }

    Snippet compile_statements(const std::string& label, const std::string& source)
    {
        return {label, false, compile(label, shell().attr("transform_cell")(source).cast<std::string>(), "exec")};
    }

    bool is_expression(const std::string& source)
    {
        PyObject* code = Py_CompileString(source.c_str(), "<%memory>", Py_eval_input);
        PyErr_Clear();
        Py_XDECREF(code);
        return code != nullptr;
    }

    Measured run_measured(const Snippet& snippet, const Snippet& setup, bool quiet)
    {
        if (!core::here().runs_cells || !core::ledger::cell_is_running())
        {
            throw UsageError("Code is measured in a cell, on the thread that runs the cell: call it there.");
        }
        const py::dict names = roomy_copy_of_namespace();
        std::optional<Quiet> hush;
        if (quiet)
        {
            hush.emplace();
        }
        if (setup.code)
        {
            const Runner prepare(setup.code, names);
            if (!py::reinterpret_steal<py::object>(prepare()))
            {
                throw py::error_already_set();
            }
        }
        const Runner run(snippet.code, names);
        collect_young(); // each begins with the same counts of young objects, so automatic collections come alike

        const int token = core::ledger::begin_measurement();
        const auto began = std::chrono::steady_clock::now();
        py::object value = py::reinterpret_steal<py::object>(run());
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        if (!value)
        {
            core::ledger::end_measurement(token);
            throw py::error_already_set();
        }
        const report::Figures with_value = to_figures(core::ledger::read_measurement(token));
        {
            const core::LearnerScope scope;
            value = py::none();
        }
        const core::SpanFigures span = core::ledger::end_measurement(token);
        if (span.numbers_ran_out)
        {
            throw UsageError(std::string("What it needs is unknown, because ") + why_numbers_ran_out +
                             ": measure in another cell.");
        }
        const report::Figures figures = to_figures(span);
        return {figures, with_value.kept_bytes - figures.kept_bytes, !span.threads_raced, took.count()};
    }
}
