#include "jupyter/xmemory_module.hpp"

#include <pybind11/pybind11.h>
#include <pybind11_json/pybind11_json.hpp>

#include "core/ledger.hpp"
#include "core/scope.hpp"
#include "cpython/pymalloc.hpp"
#include "jupyter/measurement_type.hpp"
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

        // Runs body as the tutor; C++ errors become Python's, once, here.
        template <typename Body>
        PyObject* guarded(Body body)
        {
            const core::TutorScope scope;
            try
            {
                return body();
            }
            catch (py::error_already_set& error)
            {
                error.restore();
            }
            catch (const magics::UsageError& error)
            {
                PyErr_SetString(PyExc_ValueError, error.what());
            }
            catch (const std::exception& error)
            {
                PyErr_SetString(PyExc_RuntimeError, error.what());
            }
            return nullptr;
        }

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

        PyObject* compare(PyObject*, PyObject* args)
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
                    return to_python(magics::compare(sections, "", [](const std::string&) {}).data);
                });
        }

        nlohmann::json sums(std::int64_t blocks, std::int64_t set_aside)
        {
            return {{"python_small_blocks", blocks}, {"python_small_set_aside_bytes", set_aside}};
        }

        // For tests: the ledger's sums of small blocks beside what the pools' headers say at the same moment.
        PyObject* check(PyObject*, PyObject*)
        {
            return guarded(
                []
                {
                    const core::Amount ledger = core::ledger::in_use(core::Origin::python_small);
                    const auto pools = cpython::pymalloc::read_pools();
                    nlohmann::json by_maker = nlohmann::json::object();
                    std::int64_t all = 0;
                    for (const auto& [maker, amounts] : core::ledger::in_use_by_maker())
                    {
                        for (const core::Amount& amount : amounts)
                        {
                            all += amount.bytes;
                        }
                    }
                    std::int64_t by_origin = 0;
                    for (const core::Origin origin :
                         {core::Origin::python_small, core::Origin::python_large, core::Origin::native})
                    {
                        by_origin += core::ledger::in_use(origin).bytes;
                    }
                    return to_python({{"ledger", sums(ledger.blocks, ledger.bytes + ledger.slack)},
                                      {"pools", sums(pools.blocks, pools.set_aside_bytes)},
                                      {"arenas", pools.arenas},
                                      {"frame_chunk_bytes", pools.frame_chunk_bytes},
                                      {"in_use_by_maker_bytes", all},
                                      {"in_use_by_origin_bytes", by_origin}});
                });
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
            {"compare", compare, METH_VARARGS,
             "compare(*code)\n--\n\nMeasure pieces of code given as strings, side by side, as %memory compare does; a "
             "dict."},
            {"measure", make_measurement, METH_NOARGS,
             "measure()\n--\n\nwith measure() as m: … measures a block; then m.peak_bytes, m.kept_bytes, m.net_bytes and so "
             "on. "
             "Measurements nest; an inner one never changes an outer one's figures."},
            {"_check", check, METH_NOARGS, "The ledger's sums beside an independent reading of the pools, for tests."},
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

    bool add_xmemory_module()
    {
        PyObject* module = prepare_measurement_type() ? PyModule_Create(&definition) : nullptr;
        const bool added = module != nullptr && PyDict_SetItemString(PyImport_GetModuleDict(), "xmemory", module) == 0;
        Py_XDECREF(module);
        return added;
    }
}
