// %memory gc: runs the garbage collector and shows what went.
#include <pybind11/pybind11.h>

#include "cpython/collections.hpp"
#include "cpython/interrupt_gate.hpp"
#include "cpython/unreachable.hpp"
#include "magics/commands.hpp"
#include "magics/gc_report.hpp"
#include "magics/options.hpp"
#include "magics/session.hpp"
#include "report/numbers.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        constexpr std::int64_t objects_worth_a_word = 4'000'000; // looking at so many takes a second or two

        report::Document watch(const std::string& word)
        {
            if (word != "on" && word != "off")
            {
                throw UsageError("%memory gc --watch takes on or off, not '" + word + "'.");
            }
            session().watches_collections = word == "on";
            report::Document document;
            document.kind = "gc";
            document.finding = word == "on" ? "From now on a report appears under each cell in which the collector ran."
                                            : "Collections are no longer reported under their cells.";
            document.next = word == "on" ? "%memory gc --watch off ends it." : "";
            document.data = {{"watch", word}};
            return document;
        }

        GcStory collect(int generation)
        {
            const py::object collect = py::module_::import("gc").attr("collect");
            const py::int_ argument(generation);
            PyObject* result = nullptr;
            const cpython::InterruptGate gate;
            for (;;)
            {
                try
                {
                    GcStory story = tell_collection(
                        generation, [&] { return PyObject_CallOneArg(collect.ptr(), argument.ptr()); }, result);
                    if (result == nullptr)
                    {
                        throw py::error_already_set();
                    }
                    Py_DECREF(result);
                    return story;
                }
                catch (const cpython::WalkInterrupted&)
                {
                    if (PyErr_CheckSignals() < 0)
                    {
                        throw py::error_already_set();
                    }
                }
            }
        }

        report::Document document_of(const GcStory& story)
        {
            report::Document document;
            document.kind = "gc";
            document.finding = finding_of(story);
            document.parts = parts_of(story);
            document.parts.push_back(generations_of(story));
            document.parts.push_back(report::Paragraph{
                "The collection took " + report::human_seconds(story.pause_seconds) + ", looking before and after " +
                    report::human_seconds(story.analysis_seconds) + ". Automatic collection is " +
                    (xmemory_gc_is_enabled() != 0 ? "on: it comes when a count passes its threshold."
                                                  : "off: gc.enable() turns it on."),
                true});
            document.next = story.unreachable == 0 ? "%memory cells shows whose memory is in use." : "";
            document.data = data_of(story);
            return document;
        }

        std::vector<report::Document> run(const Request& request)
        {
            int generation = xmemory_gc_generations - 1;
            std::string watched;
            CLI::App app("", "gc");
            app.add_option("--generation", generation);
            CLI::Option* watching = app.add_option("--watch", watched)->expected(0, 1);
            parse(app, request);
            if (watching->count() != 0)
            {
                return {watch(watched.empty() ? "on" : watched)};
            }
            if (generation < 0 || generation >= xmemory_gc_generations)
            {
                throw UsageError("%memory gc --generation takes 0, 1 or 2: 0 is the youngest, and 2 collects all.");
            }
            if (!collection_can_be_told())
            {
                throw UsageError("%memory gc works in a cell, and not within a finalizer: run it in a cell of its own.");
            }
            const std::int64_t objects = cpython::count_tracked(xmemory_gc_generations - 1);
            if (objects > objects_worth_a_word)
            {
                request.progress("Looking at " + report::count(objects) + " objects …");
            }
            return {document_of(collect(generation))};
        }

        std::string help()
        {
            return "%memory gc  runs the garbage collector on all generations and shows what went, in which cycles\n"
                   "%memory gc --generation 0  collects the youngest objects only; 1 the middle ones too\n"
                   "%memory gc --watch on  from now on, a report under each cell in which the collector ran\n"
                   "%memory gc --watch off  ends that; from Python, xmemory.gc(watch=True) and watch=False";
        }
    }

    Command gc_command()
    {
        return {"gc",
                "gc [--generation N] [--watch [on|off]]",
                "runs the garbage collector and shows what went",
                {"--generation", "--watch"},
                false,
                true,
                run,
                help,
                {"class Node: pass\n"
                 "for _ in range(5_000):\n"
                 "    a, b = Node(), Node()\n"
                 "    a.other, b.other = b, a\n"
                 "del a, b\n"
                 "%memory gc",
                 "%memory gc --generation 0"},
                {"--watch"}};
    }
}
