// Says between two steps of long work what is being done, once it takes more than two seconds in all; and lets an interrupt in
// there. On the thread that runs the cells, with the GIL.
#pragma once

#include <chrono>
#include <string>

#include <pybind11/pybind11.h>

#include "magics/command.hpp"

namespace xmemory::magics
{
    class Patience
    {
    public:
        // progress: must outlive this.
        explicit Patience(const Progress& progress) : progress_(progress) {}

        // words: "Measuring the list, run 2". Throws pybind11::error_already_set (KeyboardInterrupt).
        void say(const std::string& words)
        {
            if (PyErr_CheckSignals() < 0)
            {
                throw pybind11::error_already_set();
            }
            const auto now = std::chrono::steady_clock::now();
            if (now - began_ > std::chrono::seconds(2) && now - said_ > std::chrono::milliseconds(200))
            {
                said_ = now;
                progress_(words + " …");
            }
        }

    private:
        const Progress& progress_;
        std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
        std::chrono::steady_clock::time_point said_{};
    };
}
