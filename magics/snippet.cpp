#include "magics/snippet.hpp"

#include <vector>

#include "magics/command.hpp"
#include "magics/measurement.hpp"

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

            py::object operator()() const
            {
                return call_as_learner([&] { return PyObject_CallNoArgs(function_.ptr()); });
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

        void refuse_without_items(const std::string& label, const py::object& value)
        {
            if (Py_TYPE(value.ptr())->tp_iter == nullptr && !PySequence_Check(value.ptr()))
            {
                throw UsageError("There is no first item in '" + label + "': it gives " + Py_TYPE(value.ptr())->tp_name +
                                 ". Write an expression that gives a list, a generator or the like.");
            }
        }

        // Takes all items of a value, one at a time, and drops them.
        FirstItem go_through(const py::object& value, const Measurement& measurement, const StopWatch& watch)
        {
            constexpr int items_between_looks = 10'000;
            FirstItem first;
            py::object iterator = call_as_learner([&] { return PyObject_GetIter(value.ptr()); });
            bool is_over = false;
            const auto take = [&](int most)
            {
                call_as_learner(
                    [&]
                    {
                        for (int taken = 0; taken < most && !is_over; ++taken)
                        {
                            PyObject* item = PyIter_Next(iterator.ptr());
                            is_over = item == nullptr;
                            Py_XDECREF(item);
                        }
                        return PyErr_Occurred() ? nullptr : Py_NewRef(Py_None);
                    });
            };
            take(1);
            first.seconds = watch.seconds();
            first.peak_bytes = measurement.so_far().peak_bytes;
            first.is_there = !is_over;
            while (!is_over)
            {
                take(items_between_looks);
            }
            drop_as_learner(iterator);
            return first;
        }
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

    py::object value_of_expression(const std::string& label, const std::string& source)
    {
        return Runner(compile_expression(label, source).code, roomy_copy_of_namespace())();
    }

    Measured run_measured(const Snippet& snippet, const Snippet& setup, bool quiet, const Conditions& conditions)
    {
        const py::dict names = roomy_copy_of_namespace();
        if (!conditions.variable.empty())
        {
            names[conditions.variable.c_str()] = conditions.number;
        }
        std::optional<Quiet> hush;
        if (quiet)
        {
            hush.emplace();
        }
        if (setup.code)
        {
            const Runner prepare(setup.code, names);
            prepare();
        }
        const Runner run(snippet.code, names);
        collect_young(); // each begins with the same counts of young objects, so automatic collections come alike

        Measurement measurement;
        const StopWatch watch;
        py::object value = run();
        std::optional<FirstItem> first_item;
        if (conditions.iterates)
        {
            refuse_without_items(snippet.label, value);
            first_item = go_through(value, measurement, watch);
        }
        const double seconds = watch.seconds();
        const std::int64_t kept_with_value = measurement.so_far().kept_bytes;
        drop_as_learner(value);
        const Measurement::Result result = measurement.end();
        return {result.figures, kept_with_value - result.figures.kept_bytes, result.exact, seconds, first_item};
    }
}
