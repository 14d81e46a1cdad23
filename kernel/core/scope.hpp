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
            become(maker, role);
        }

        // A measurement may have begun or ended since: the cell's thread goes on with the maker of the span that is innermost now.
        ~Scope() { become(role_ == Role::cell_thread ? active_cell.maker : maker_, role_); }

        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        void become(MakerId maker, Role role)
        {
            record_.role = role;
            record_.maker = maker;
            record_.current = &record_.tallies[maker];
        }

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

    // Compiling for the running cell, unless the learner's own code compiles: what stays in use of it is a line of its own.
    class SourceScope
    {
    public:
        SourceScope() : scope_(maker(), here().role) {}

    private:
        static MakerId maker()
        {
            const ThreadRecord& record = here();
            return record.runs_cells && record.role == Role::tutor ? active_cell.source_maker : record.maker;
        }

        Scope scope_;
    };
}
