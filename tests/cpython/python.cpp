#include "python.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "core/ledger.hpp"
#include "cpython/allocator_hooks.hpp"
#include "cpython/bracket.hpp"
#include "cpython/embed.hpp"
#include "cpython/learner_code.hpp"

namespace xmemory::cpython
{
    namespace
    {
        PyObject* bracketed(PyObject* object, Side side)
        {
            return PyCoro_CheckExact(object) ? make_bracketed_coroutine(object, side)
                                             : make_bracketed_callable(object, side);
        }

        PyObject* as_learner(PyObject*, PyObject* object) { return bracketed(object, Side::learner); }

        PyObject* as_tutor(PyObject*, PyObject* object) { return bracketed(object, Side::tutor); }

        PyObject* interrupt(PyObject*, PyObject*)
        {
            interrupt_bracketed_coroutine();
            return Py_NewRef(Py_None);
        }

        PyObject* read_books(PyObject*, PyObject*)
        {
            const core::TutorScope scope;
            const std::string difference = difference_of_books();
            return Py_BuildValue("sL", difference.c_str(), static_cast<long long>(pymalloc::read_pools().frame_chunk_bytes));
        }

        PyMethodDef functions[] = {{"as_learner", as_learner, METH_O, nullptr},
                                   {"as_tutor", as_tutor, METH_O, nullptr},
                                   {"interrupt", interrupt, METH_NOARGS, nullptr},
                                   {"read_books", read_books, METH_NOARGS, nullptr}};

        void put(PyObject* names, const char* name, const Ref& value) { PyDict_SetItemString(names, name, value.get()); }
    }

    std::string take_error()
    {
        PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
        PyErr_Fetch(&type, &value, &traceback);
        if (type == nullptr)
        {
            return "";
        }
        PyErr_NormalizeException(&type, &value, &traceback);
        const Ref words(PyObject_Str(value));
        const std::string name = reinterpret_cast<PyTypeObject*>(type)->tp_name;
        const std::string text = words ? PyUnicode_AsUTF8(words.get()) : "";
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        return text.empty() ? name : name + ": " + text;
    }

    Notebook::Notebook() : names_(PyDict_New())
    {
        PyDict_SetItemString(names_.get(), "__builtins__", PyEval_GetBuiltins());
        put(names_.get(), "learner_exec", Ref(make_exec()));
        put(names_.get(), "learner_eval", Ref(make_eval()));
        put(names_.get(), "source_compile", Ref(make_compile()));
        for (PyMethodDef& function : functions)
        {
            put(names_.get(), function.ml_name, Ref(PyCFunction_New(&function, nullptr)));
        }
    }

    core::SpanFigures Notebook::run(const std::string& source)
    {
        cell = core::next_cell();
        const Ref code(Py_CompileString(source.c_str(), "<cell>", Py_file_input));
        core::ledger::begin_cell(cell);
        const Ref result(code ? PyObject_CallFunctionObjArgs(get("learner_exec"), code.get(), names(), names(), nullptr)
                              : nullptr);
        error = take_error();
        return core::ledger::end_cell();
    }

    std::string Notebook::run_as_tutor(const std::string& source)
    {
        const Ref result(PyRun_String(source.c_str(), Py_file_input, names(), names()));
        return take_error();
    }

    PyObject* Notebook::get(const char* name) const { return PyDict_GetItemString(names_.get(), name); }

    std::string difference_of_books()
    {
        const core::Amount ledger = core::ledger::in_use(core::Origin::python_small);
        const pymalloc::PoolSums pools = pymalloc::read_pools();
        if (ledger.blocks == pools.blocks && ledger.bytes + ledger.slack == pools.set_aside_bytes)
        {
            return "";
        }
        return "ledger " + std::to_string(ledger.blocks) + " blocks, " + std::to_string(ledger.bytes + ledger.slack) +
               " bytes; pools " + std::to_string(pools.blocks) + ", " + std::to_string(pools.set_aside_bytes);
    }

    int run_this_program(const std::string& filter, const char* variable, const char* value)
    {
        const pid_t child = fork();
        if (child == 0)
        {
            setenv(variable, value, 1);
            const std::string option = "--gtest_filter=" + filter;
            execl("/proc/self/exe", "cpython_tests", option.c_str(), "--gtest_brief=1", nullptr);
            _exit(127);
        }
        int status = -1;
        waitpid(child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
}

int main(int argc, char* argv[])
{
    testing::InitGoogleTest(&argc, argv);
    xmemory::core::ledger::adopt_this_thread();
    xmemory::cpython::install_allocator_hooks();
    xmemory::cpython::start_python("", {argv[0]});
    return xmemory::cpython::prepare_brackets() ? RUN_ALL_TESTS() : 1;
}
