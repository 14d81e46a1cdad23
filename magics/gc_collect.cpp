#include "magics/gc_collect.hpp"

#include <exception>

#include "core/scope.hpp"
#include "cpython/collections.hpp"
#include "cpython/unreachable.hpp"
#include "magics/gc_report.hpp"
#include "magics/gc_story.hpp"
#include "report/emphasis.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using cpython::collections::Asked;

        constexpr int most_looks = 5; // in one cell, where nothing is found: a loop of collections stays cheap
        constexpr std::int64_t most_objects = 3'000'000;

        struct Telling
        {
            int looks = 0;
            std::shared_ptr<const report::Details> told;
        };
        Telling telling; // of the cell that runs

        bool is_worth_telling(const Asked& collect)
        {
            return !telling.told && telling.looks < most_looks && collect.generation() >= 0 && collection_can_be_told();
        }

        PyObject* tell(const Asked& collect)
        {
            ++telling.looks;
            const std::int64_t objects = cpython::count_tracked(xmemory_gc_generations - 1);
            if (objects > most_objects)
            {
                telling.told = std::make_shared<report::Details>(
                    report::Details{"gc.collect() looked at " + report::count(objects) +
                                        " objects: too many to tell apart here. See %memory gc.",
                                    {}});
                const core::LearnerScope scope;
                return collect();
            }
            PyObject* result = nullptr;
            const GcStory story = tell_collection(
                collect.generation(), [&] { return collect(); }, result);
            if (story.unreachable != 0)
            {
                telling.told = std::make_shared<report::Details>(
                    report::Details{"gc.collect(): " + report::plain(finding_of(story)), parts_of(story)});
            }
            return result;
        }

        PyObject* collect_and_tell(const Asked& collect)
        {
            if (!is_worth_telling(collect))
            {
                return collect();
            }
            const core::TutorScope scope;
            try
            {
                return tell(collect);
            }
            catch (const cpython::WalkInterrupted&)
            {
                // Python will see the signal at its next step.
            }
            catch (const std::bad_alloc&)
            {}
            const core::LearnerScope learner;
            return collect();
        }
    }

    void accompany_collect() { cpython::collections::accompany(collect_and_tell); }

    void forget_told_collection() { telling = {}; }

    std::shared_ptr<const report::Details> take_told_collection() { return std::move(telling.told); }
}
