// For tests: Python code run as cells, and what the ledger and the pools say afterwards. Python has started (python.cpp).
#pragma once

#include <Python.h>

#include <string>
#include <utility>

#include "core/run_cell.hpp"
#include "cpython/pymalloc.hpp"

namespace xmemory::cpython
{
    // Owns one reference, or nothing.
    class Ref
    {
    public:
        explicit Ref(PyObject* object = nullptr) : object_(object) {}
        ~Ref() { Py_XDECREF(object_); }
        Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
        Ref& operator=(Ref&& other) noexcept
        {
            std::swap(object_, other.object_);
            return *this;
        }

        PyObject* get() const { return object_; }
        explicit operator bool() const { return object_ != nullptr; }

    private:
        PyObject* object_;
    };

    // Type and words of the Python error that is set, which is cleared; "" for none.
    std::string take_error();

    // Global names in which code runs, and these to help it:
    //   learner_exec, learner_eval, source_compile: the stand-ins
    //   as_learner(x), as_tutor(x): the callable or the coroutine x, bracketed
    //   interrupt(): as interrupt_bracketed_coroutine
    //   read_books(): whether the ledger and the pools agree; and the bytes of frame chunks
    class Notebook
    {
    public:
        Notebook();

        // As a cell's code, in a cell of its own. What it raised is in error.
        core::SpanFigures run(const std::string& source);
        // As the tutor's, outside of any cell. The error, if any.
        std::string run_as_tutor(const std::string& source);

        PyObject* get(const char* name) const; // borrowed, nullptr where there is none
        PyObject* names() const { return names_.get(); }

        int cell = 0; // the last one's number
        std::string error;

    private:
        Ref names_;
    };

    inline const core::OriginSpan& small_of(const core::SpanFigures& figures)
    {
        return figures.origins[static_cast<int>(core::Origin::python_small)];
    }

    // "" where ledger and pools agree on blocks and bytes of python_small, else the figures.
    std::string difference_of_books();

    // Runs tests of this program in a new process, with one variable of the environment set. The exit code.
    int run_this_program(const std::string& filter, const char* variable, const char* value);

    // Python: a coroutine work() that asks until it gets, and a function result(step, ...) that says what ends it.
    inline const char* const waiting = "import asyncio\n"
                                       "log = []\n"
                                       "class Ask:\n"
                                       "    def __await__(self): return (yield 'asked')\n"
                                       "async def work():\n"
                                       "    while True:\n"
                                       "        try:\n"
                                       "            got = await Ask()\n"
                                       "        except BaseException as e:\n"
                                       "            log.append(type(e).__name__)\n"
                                       "            if isinstance(e, GeneratorExit): raise\n"
                                       "        else:\n"
                                       "            return got, 2\n"
                                       "def result(step, *args):\n"
                                       "    try: step(*args)\n"
                                       "    except StopIteration as e: return e.value\n";
}
