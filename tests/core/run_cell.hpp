// For tests: runs a function as the learner's code of a cell, or of a measurement within one. On the main thread.
#pragma once

#include "core/ledger.hpp"
#include "core/scope.hpp"

namespace xmemory::core
{
    // A number that no test of this process has used.
    inline int next_cell()
    {
        static int last = 0;
        return ++last;
    }

    template <typename Learner>
    SpanFigures run_cell(int number, Learner learner)
    {
        ledger::adopt_this_thread();
        ledger::begin_cell(number);
        {
            const LearnerScope scope;
            learner();
        }
        return ledger::end_cell();
    }

    template <typename Learner>
    SpanFigures run_cell(Learner learner)
    {
        return run_cell(next_cell(), learner);
    }

    // As the learner's code would write `with xmemory.measure()`.
    template <typename Learner>
    SpanFigures run_measured(Learner learner)
    {
        int token = 0;
        {
            const TutorScope scope;
            token = ledger::begin_measurement();
        }
        learner();
        const TutorScope scope;
        return ledger::end_measurement(token);
    }

    inline const OriginSpan& native_of(const SpanFigures& figures)
    {
        return figures.origins[static_cast<int>(Origin::native)];
    }

    inline const OriginSpan& large_of(const SpanFigures& figures)
    {
        return figures.origins[static_cast<int>(Origin::python_large)];
    }
}
