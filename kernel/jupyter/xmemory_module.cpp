#include "jupyter/xmemory_module.hpp"

#include <algorithm>
#include <deque>

#include <pybind11/pybind11.h>
#include <pybind11_json/pybind11_json.hpp>

#include "core/budget.hpp"
#include "core/planned_fault.hpp"
#include "jupyter/books.hpp"
#include "jupyter/check_function.hpp"
#include "jupyter/guarded.hpp"
#include "jupyter/measurement_type.hpp"
#include "magics/check_failed.hpp"
#include "magics/command.hpp"
#include "magics/compare.hpp"
#include "magics/session.hpp"
#include "magics/snippet.hpp"

namespace py = pybind11;

namespace xmemory::jupyter
{
    namespace
    {
        PyObject* to_python(const nlohmann::json& data) { return py::object(data).release().ptr(); }

        PyObject* cell(PyObject*, PyObject* args, PyObject* kwargs)
        {
            return guarded(
                [&]() -> PyObject*
                {
                    int number = -1;
                    static const char* names[] = {"n", nullptr};
                    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|i:cell", const_cast<char**>(names), &number))
                    {
                        return nullptr;
                    }
                    const auto record = magics::session().record(number);
                    if (!record)
                    {
                        return PyErr_Format(PyExc_IndexError,
                                            "there is no record of cell %d: xmemory.cells() has those there are", number);
                    }
                    return to_python(report::to_json(*record));
                });
        }

        PyObject* cells(PyObject*, PyObject*)
        {
            return guarded(
                []
                {
                    nlohmann::json all = nlohmann::json::array();
                    for (const report::CellRecord& record : magics::session().records())
                    {
                        all.push_back(report::to_json(record));
                    }
                    return to_python(all);
                });
        }

        // first=True, and one name with its sizes: n="1_000..1_000_000" or n=[10, 100].
        magics::CompareOptions compare_options(const py::dict& keywords)
        {
            magics::CompareOptions options;
            for (const auto& [keyword, value] : keywords)
            {
                const auto name = keyword.cast<std::string>();
                if (name == "first")
                {
                    options.first = py::bool_(py::reinterpret_borrow<py::object>(value));
                }
                else if (options.sizes)
                {
                    throw magics::UsageError("one variable takes sizes, and " + options.sizes->variable +
                                             " has them already");
                }
                else
                {
                    const bool is_text = py::isinstance<py::str>(value);
                    const py::object text =
                        is_text ? py::reinterpret_borrow<py::object>(value)
                                : py::str(",").attr("join")(
                                      py::module_::import("builtins")
                                          .attr("map")(py::handle(reinterpret_cast<PyObject*>(&PyUnicode_Type)), value));
                    options.sizes = magics::sizes_from(name, text.cast<std::string>());
                }
            }
            return options;
        }

        PyObject* compare(PyObject*, PyObject* args, PyObject* keywords)
        {
            return guarded(
                [&]() -> PyObject*
                {
                    std::vector<magics::Section> sections;
                    for (const py::handle part : py::reinterpret_borrow<py::tuple>(args))
                    {
                        if (!py::isinstance<py::str>(part))
                        {
                            return PyErr_Format(
                                PyExc_TypeError,
                                "compare() takes strings of code, like compare(\"a + b\", \"sum(c)\"), not %s",
                                Py_TYPE(part.ptr())->tp_name);
                        }
                        const auto source = part.cast<std::string>();
                        sections.push_back({source, source, magics::is_expression(source)});
                    }
                    const magics::CompareOptions options =
                        compare_options(keywords ? py::reinterpret_borrow<py::dict>(keywords) : py::dict());
                    return to_python(magics::compare(sections, "", options, [](const std::string&) {}).data);
                });
        }

        // The words of one option. True is the option alone and False is as if it was not given, as None is; of a switch they are
        // on and off.
        void add_option(const magics::Command& command, const std::string& name, const py::handle value,
                        std::vector<std::string>& words)
        {
            const bool is_switch = std::any_of(command.switches.begin(), command.switches.end(),
                                               [&](const char* known) { return name == known; });
            const bool is_truth = value.is(py::bool_(true)) || value.is(py::bool_(false));
            if (value.is_none() || (value.is(py::bool_(false)) && !is_switch))
            {
                return;
            }
            words.push_back(name);
            if (!is_truth || is_switch)
            {
                words.push_back(is_truth ? (value.is(py::bool_(true)) ? "on" : "off") : std::string(py::str(value)));
            }
        }

        // One word of a command line for each argument, "--name value" for each keyword; code= is a cell magic's body.
        // Without keywords nothing is made in Python's heap, which the command may be about to look at.
        magics::Request request_of(const magics::Command& command, const py::tuple& args, PyObject* keywords)
        {
            magics::Request request;
            for (const py::handle argument : args)
            {
                request.words.push_back(py::str(argument));
            }
            py::handle keyword, value;
            for (Py_ssize_t at = 0; keywords != nullptr && PyDict_Next(keywords, &at, &keyword.ptr(), &value.ptr());)
            {
                const auto name = keyword.cast<std::string>();
                if (name == "code")
                {
                    request.body = value.cast<std::string>();
                }
                else
                {
                    add_option(command, "--" + name, value, request.words);
                }
            }
            for (const std::string& word : request.words)
            {
                request.line += (request.line.empty() ? "" : " ") + word;
            }
            return request;
        }

        // The function of the command whose name self is: what its report says, as data.
        PyObject* run_command(PyObject* self, PyObject* args, PyObject* keywords)
        {
            return guarded(
                [&]
                {
                    const magics::Command* command = magics::find_command(py::handle(self).cast<std::string>());
                    const magics::Request request = request_of(*command, py::reinterpret_borrow<py::tuple>(args), keywords);
                    if (request.body && !command->takes_a_cell)
                    {
                        throw magics::UsageError(std::string("xmemory.") + command->name + "() takes no code=");
                    }
                    return to_python(command->run(request).at(0).data);
                });
        }

        // measure() is a block to be measured by with; measure("EXPR") and measure(code="…") are %memory measure.
        PyObject* measure(PyObject*, PyObject* args, PyObject* keywords)
        {
            if (PyTuple_GET_SIZE(args) == 0 && (keywords == nullptr || PyDict_GET_SIZE(keywords) == 0))
            {
                return make_measurement(nullptr, nullptr);
            }
            PyObject* name = PyUnicode_FromString("measure");
            PyObject* result = run_command(name, args, keywords);
            Py_DECREF(name);
            return result;
        }

        // A notebook may load it for the sake of other kernels, where share/python/xmemory.py says what is missing.
        PyObject* load_extension(PyObject*, PyObject*) { return Py_NewRef(Py_None); }

        PyObject* refuse_nth(PyObject*, PyObject* nth)
        {
            const long long number = PyLong_AsLongLong(nth);
            if (number == -1 && PyErr_Occurred() != nullptr)
            {
                return nullptr;
            }
            const std::int64_t requests = core::budget::planned_fault::requests();
            core::budget::refuse_nth(number);
            return PyLong_FromLongLong(requests);
        }

        template <typename Function>
        PyCFunction c_function(Function* function)
        {
            return reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function));
        }

        PyMethodDef functions[] = {
            {"cell", c_function(cell), METH_VARARGS | METH_KEYWORDS,
             "cell(n=-1)\n--\n\nThe record of the cell that shows [n], or of the last (-1), the one before (-2) …, as a "
             "dict. "
             "Bytes are what was asked for."},
            {"cells", cells, METH_NOARGS,
             "cells()\n--\n\nThe records of all cells, oldest first, each with still_in_use_bytes as it is now."},
            {"compare", c_function(compare), METH_VARARGS | METH_KEYWORDS,
             "compare(*code, first=False, **sizes)\n--\n\nMeasure pieces of code given as strings, side by side, as %memory "
             "compare does; a dict. n=\"1_000..1_000_000\" or n=[10, 100] runs each with these n, first=True until its "
             "first "
             "item."},
            {"measure", c_function(measure), METH_VARARGS | METH_KEYWORDS,
             "measure(*code, **options)\n--\n\nwith measure() as m: … measures a block; then m.peak_bytes, m.kept_bytes, "
             "m.net_bytes and so on. Measurements nest; an inner one never changes an outer one's figures.\n\n"
             "measure(\"EXPR\") and measure(code=\"…\") do what %memory measure does, and give a dict."},
            {"check", c_function(check), METH_VARARGS | METH_KEYWORDS,
             "check(*limits, code=None)\n--\n\ncheck(\"peak<10MB kept<1kB\", code=\"…\") runs the code as a cell and holds "
             "it "
             "to the limits; so does check(\"…\", function) with a call of the function, and check(\"…\", m) with what "
             "measure() as m has measured or a dict of cell(). Gives the figures as a dict, or raises CheckFailed."},
            {"load_ipython_extension", load_extension, METH_O, "%load_ext xmemory has nothing to do here."},
            {"_refuse_nth", refuse_nth, METH_O,
             "_refuse_nth(n)\n--\n\nThe nth request of more than 512 B from now on fails, for tests; 0 ends that. Gives how many "
             "there were since the last call."},
            {"_check", check_books, METH_NOARGS, "The ledger's sums beside readings independent of it, for tests."},
            {"_block", block_facts, METH_O, "_block(address)\n--\n\nWho made the block at that address, for tests."},
            {nullptr, nullptr, 0, nullptr}};

        PyModuleDef definition = {
            PyModuleDef_HEAD_INIT,
            "xmemory",
            "What cells and pieces of code do to memory, in exact bytes. Only in the kernel \"Python 3 (memory "
            "tutor)\".",
            -1,
            functions,
            nullptr,
            nullptr,
            nullptr,
            nullptr};
    }

    namespace
    {
        // A function for each command that has none of its own above.
        bool add_functions_of_commands(PyObject* module)
        {
            static std::deque<PyMethodDef> methods;
            static std::deque<std::string> documentation;
            for (const magics::Command& command : magics::commands())
            {
                if (*command.name == '\0' || PyObject_HasAttrString(module, command.name))
                {
                    continue;
                }
                documentation.push_back(std::string(command.name) + "(*words, **options)\n--\n\nWhat %memory " +
                                        command.usage + " says, as a dict: " + command.summary + ".\n\n" + command.help());
                methods.push_back(
                    {command.name, c_function(run_command), METH_VARARGS | METH_KEYWORDS, documentation.back().c_str()});
                const auto name = py::str(command.name);
                PyObject* function = PyCFunction_New(&methods.back(), name.ptr());
                if (function == nullptr || PyModule_AddObject(module, command.name, function) < 0)
                {
                    return false;
                }
            }
            return true;
        }
    }

    bool add_xmemory_module()
    {
        PyObject* module = prepare_measurement_type() ? PyModule_Create(&definition) : nullptr;
        const bool added = module != nullptr && add_functions_of_commands(module) &&
                           PyModule_AddObjectRef(module, "CheckFailed", magics::check_failed_type().ptr()) == 0 &&
                           PyDict_SetItemString(PyImport_GetModuleDict(), "xmemory", module) == 0;
        Py_XDECREF(module);
        return added;
    }
}
