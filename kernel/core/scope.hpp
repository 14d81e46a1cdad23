// Whose work the calling thread is doing: what it allocates until the scope ends carries that maker. Scopes nest; each restores
// what it found. Any thread; a scope must end on the thread that began it.
#pragma once

#include "core/tally.hpp"

namespace xmemory::core
{
    class Scope
    {
    public:
        Scope(MakerId maker, Role role) : record_(here()), maker_(record_.maker), role_(record_.role)
        {
            record_.work_for(maker, role);
        }

        // A measurement may have begun or ended since: the cell's thread goes on with the maker of the span that is innermost now.
        ~Scope() { record_.work_for(role_ == Role::cell_thread ? active_cell.maker : maker_, role_); }

        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        ThreadRecord& record_;
        MakerId maker_;
        Role role_;
    };

    // The tutor's and the kernel's own work, also in the middle of a cell.
    struct TutorScope : Scope
    {
        TutorScope() : Scope(tutor, Role::tutor) {}
    };

    // The learner's code: on the thread that runs the cell it works for the innermost span. Elsewhere, and when no cell runs,
    // nothing changes: a learner's thread carries its cell already.
    class LearnerScope
    {
    public:
        LearnerScope() : scope_(maker(), role()) {}

    private:
        static bool runs_the_cell() { return here().runs_cells && active_cell.serial.load(std::memory_order_relaxed) != 0; }
        static MakerId maker() { return runs_the_cell() ? active_cell.maker : here().maker; }
        static Role role() { return runs_the_cell() ? Role::cell_thread : here().role; }

        Scope scope_;
    };

    // Compiling for the running cell: what stays in use of it is a line of its own. The learner's own code may compile too, by
    // way of the same functions; that is the learner's work, unless the machinery is known to have called.
    class SourceScope
    {
    public:
        enum class Caller { unknown, machinery };

        explicit SourceScope(Caller caller = Caller::unknown) : scope_(maker(caller), role(caller)) {}

    private:
        static bool is_machinery(Caller caller)
        {
            const ThreadRecord& record = here();
            return record.runs_cells && (caller == Caller::machinery || record.role == Role::tutor);
        }
        static MakerId maker(Caller caller) { return is_machinery(caller) ? active_cell.source_maker : here().maker; }
        static Role role(Caller caller) { return is_machinery(caller) ? Role::tutor : here().role; }

        Scope scope_;
    };
}
