// A walk over the heap that an interrupt may stop, and that says what it does where it takes long. On the thread that runs the cells,
// with the GIL, as the tutor.
#pragma once

#include <functional>
#include <string>

#include <pybind11/pybind11.h>

#include "core/ledger.hpp"
#include "cpython/interrupt_gate.hpp"
#include "cpython/runtime_state.h"
#include "magics/command.hpp"

namespace xmemory::magics
{
    inline constexpr std::int64_t blocks_worth_a_word = 10'000'000; // from here on a walk may take over two seconds

    // walk(keep_going) gives something that is false where it was stopped: then the interrupt is handled, and the walk begins again
    // if Python goes on. Throws pybind11::error_already_set (KeyboardInterrupt), and UsageError within a collection.
    template <typename Walk>
    auto walk_heap(const std::string& words, const Progress& progress, Walk walk)
    {
        if (xmemory_gc_is_collecting() != 0)
        {
            throw UsageError("The garbage collector is running, and the heap cannot be looked at within a finalizer: "
                             "ask again in a cell of its own.");
        }
        if (core::ledger::in_use(core::Origin::python_small).blocks > blocks_worth_a_word)
        {
            progress(words + " …");
        }
        const cpython::InterruptGate gate;
        bool may_stop = true;
        for (;;)
        {
            if (auto found = walk([&] { return !may_stop || !xmemory_signal_is_pending(); }))
            {
                return found;
            }
            if (PyErr_CheckSignals() < 0)
            {
                throw pybind11::error_already_set();
            }
            may_stop = !xmemory_signal_is_pending(); // a thread that does not answer signals is not stopped by them
        }
    }
}
