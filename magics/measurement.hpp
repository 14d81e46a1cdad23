// One measurement within the running cell, and calls that count in it as the learner's code. On the thread that runs the cells,
// within a cell, with the GIL, as the tutor.
#pragma once

#include <chrono>

#include "core/scope.hpp"
#include "cpython/interrupt_gate.hpp"
#include "report/cell_record.hpp"

#include <pybind11/pybind11.h>

namespace xmemory::magics
{
    // Ended at the latest when it goes, so that an error of the learner's leaves none open. Ends in the reverse order of its begin.
    class Measurement
    {
    public:
        // Throws UsageError outside of a cell and on another thread.
        Measurement();
        ~Measurement();
        Measurement(const Measurement&) = delete;
        Measurement& operator=(const Measurement&) = delete;

        report::Figures so_far() const;

        struct Result
        {
            report::Figures figures;
            bool exact = true; // false: the peak is "at least"
        };
        // Throws UsageError where the figures are unknown: the numbers of the cell's measurements have run out.
        Result end();

    private:
        int token_ = 0;
    };

    // call: gives a new reference, or nullptr with a Python error, which is thrown as pybind11::error_already_set. An interrupt
    // that was noted on its last step is thrown too.
    template <typename Call>
    pybind11::object call_as_learner(Call call)
    {
        PyObject* result = nullptr;
        {
            const core::LearnerScope scope;
            const cpython::InterruptGate gate;
            result = call();
        }
        auto value = pybind11::reinterpret_steal<pybind11::object>(result);
        if (!value || PyErr_CheckSignals() < 0)
        {
            throw pybind11::error_already_set();
        }
        return value;
    }

    // What the learner's code made goes as the learner's too.
    inline void drop_as_learner(pybind11::object& value)
    {
        const core::LearnerScope scope;
        value = pybind11::object();
    }

    class StopWatch
    {
    public:
        double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count(); }

    private:
        std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    };
}
