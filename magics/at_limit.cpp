#include "magics/at_limit.hpp"

#include <algorithm>
#include <cerrno>
#include <vector>

#include "core/budget.hpp"
#include "core/ledger.hpp"
#include "core/mappings.hpp"
#include "core/system_limit.hpp"
#include "core/tally.hpp"
#include "cpython/at_limit.hpp"
#include "magics/largest.hpp"

namespace py = pybind11;

namespace xmemory::magics::at_limit
{
    namespace
    {
        using core::budget::Refusal;
        using core::budget::Wanted;

        constexpr std::int64_t worth_naming_bytes = 1'000'000;
        constexpr std::size_t most_entries = 100; // of a traceback; the outermost are kept
        constexpr std::int64_t worth_telling_bytes = 64'000;

        bool stopped_ = false;
        std::string stopped_file; // of the innermost entry of its traceback that was typed in a cell
        int stopped_line = 0;

        py::object names_of_cells()
        {
            return py::module_::import("IPython").attr("get_ipython")().attr("compile").attr("_filename_map");
        }

        std::vector<py::object> entries_of(py::object traceback)
        {
            std::vector<py::object> entries;
            for (; !traceback.is_none(); traceback = traceback.attr("tb_next"))
            {
                entries.push_back(traceback);
            }
            return entries;
        }

        void remember_place(const std::vector<py::object>& entries)
        {
            const py::object names = names_of_cells();
            const auto found = std::find_if(entries.rbegin(), entries.rend(),
                                            [&](const py::object& entry) {
                                                return names.contains(entry.attr("tb_frame").attr("f_code").attr("co_filename"));
                                            });
            stopped_file.clear();
            stopped_line = 0;
            if (found != entries.rend())
            {
                stopped_file = found->attr("tb_frame").attr("f_code").attr("co_filename").cast<std::string>();
                stopped_line = found->attr("tb_lineno").cast<int>();
            }
        }

        // A frame that still runs refuses, and keeps what it has.
        void clear(const py::object& frame)
        {
            PyObject* done = PyObject_CallMethod(frame.ptr(), "clear", nullptr);
            Py_XDECREF(done);
            PyErr_Clear();
        }

        // As traceback.clear_frames, for the error and for those that it came after.
        void let_frames_go(py::object value)
        {
            for (int depth = 0; depth < 100 && !value.is_none(); ++depth)
            {
                std::vector<py::object> entries = entries_of(value.attr("__traceback__"));
                for (const py::object& entry : entries)
                {
                    clear(entry.attr("tb_frame"));
                }
                if (entries.size() > most_entries)
                {
                    entries[most_entries - 1].attr("tb_next") = py::none();
                }
                const py::object cause = value.attr("__cause__");
                value = cause.is_none() ? value.attr("__context__") : cause;
            }
        }

        // What a refused request becomes: MemoryError; for mmap, OSError with ENOMEM; for a thread's stack, RuntimeError
        // (Modules/_threadmodule.c, thread_PyThread_start_new_thread, 3.11).
        bool says_that_memory_ended(const py::handle& error)
        {
            const auto is = [&](PyObject* type) { return PyErr_GivenExceptionMatches(error.ptr(), type) != 0; };
            if (is(PyExc_OSError))
            {
                const py::object number = error.attr("errno");
                return py::isinstance<py::int_>(number) && number.equal(py::int_(ENOMEM));
            }
            const std::vector<Refusal> all = core::budget::last_refusals();
            return is(PyExc_MemoryError) || (Py_TYPE(error.ptr()) == reinterpret_cast<PyTypeObject*>(PyExc_RuntimeError) &&
                                             all.back().wanted == Wanted::addresses);
        }

        bool is_small(const Refusal& refusal) { return refusal.wanted == Wanted::small || refusal.wanted == Wanted::frames; }

        bool is_of_the_thread_that_runs_cells(const Refusal& refusal)
        {
            return refusal.thread_id == core::here().thread_id;
        }

        // The last one that fits the place where the cell ended; crumbs that were refused while it unwound are passed over.
        const Refusal& the_one_to_tell(const std::vector<Refusal>& all)
        {
            const auto fits = [&](const Refusal& one)
            {
                return !stopped_ || (is_of_the_thread_that_runs_cells(one) && one.line == stopped_line && one.file == stopped_file);
            };
            const auto weighs = [](const Refusal& one) { return is_small(one) || one.asked_bytes >= worth_telling_bytes; };
            const auto last = [&](auto suits) { return std::find_if(all.rbegin(), all.rend(), suits); };
            auto found = last([&](const Refusal& one) { return fits(one) && one.wanted == Wanted::frames; });
            found = found == all.rend() ? last([&](const Refusal& one) { return fits(one) && weighs(one); }) : found;
            found = found == all.rend() ? last(fits) : found;
            found = found == all.rend() ? last(weighs) : found;
            return found == all.rend() ? all.back() : *found;
        }

        int number_of_cell(const std::string& file)
        {
            const py::object number = file.empty() ? py::object(py::none()) : names_of_cells().attr("get")(file);
            return py::isinstance<py::int_>(number) ? number.cast<int>() : 0;
        }

        report::AtLimit told(const Refusal& refusal)
        {
            report::AtLimit story;
            story.stopped = stopped_;
            story.source = name_of(static_cast<int>(refusal.limit));
            story.limit_bytes = refusal.limit_bytes;
            story.small = is_small(refusal);
            story.frames_bytes = refusal.wanted == Wanted::frames ? refusal.asked_bytes : 0;
            story.to_grow = refusal.wanted == Wanted::growth;
            story.addresses = refusal.wanted == Wanted::addresses;
            story.asked_bytes = refusal.asked_bytes;
            story.left_bytes = refusal.left_bytes;
            story.line = refusal.line;
            story.cell = number_of_cell(refusal.file);
            story.refusals = core::budget::refusals();
            return story;
        }
    }

    std::string name_of(int limit)
    {
        static const char* const names[] = {"given_total", "given_cell", "container", "address_space",
                                            "hub",         "machine",    "for_tests"};
        return names[limit];
    }

    std::int64_t in_use_bytes()
    {
        std::int64_t bytes = core::mappings::mapped_bytes();
        for (const auto& [maker, amounts] : core::ledger::in_use_by_maker())
        {
            bytes += amounts[0].bytes + amounts[1].bytes + amounts[2].bytes;
        }
        return bytes;
    }

    std::optional<std::int64_t> lowest_limit_bytes()
    {
        const auto given = core::budget::given_limit::get();
        const auto granted = core::budget::system_limit::limit_bytes();
        return given && granted ? std::min(given->bytes, *granted) : given ? given->bytes : granted;
    }

    void start()
    {
        cpython::at_limit::watch();
        core::budget::system_limit::start(core::room::surroundings());
    }

    void begin_cell()
    {
        stopped_ = false;
        const auto given = core::budget::given_limit::get();
        core::budget::begin_cell(given && !given->of_each_cell ? in_use_bytes() : 0);
    }

    bool stopped() { return stopped_; }

    void prepare_error(const py::handle& value)
    {
        stopped_ = value && core::budget::refusals() != 0 && says_that_memory_ended(value);
        if (!stopped_)
        {
            return;
        }
        remember_place(entries_of(value.attr("__traceback__")));
        let_frames_go(py::reinterpret_borrow<py::object>(value));
        if (py::len(value.attr("args")) == 0)
        {
            const report::AtLimit story = told(the_one_to_tell(core::budget::last_refusals()));
            value.attr("args") =
                py::make_tuple("stopped at the " + report::limit_words(story.source, story.limit_bytes) + ": " +
                               report::who_asked(story, core::ledger::running_cell()) + ". See %memory limit.");
        }
    }

    std::optional<report::AtLimit> story()
    {
        const std::vector<Refusal> all = core::budget::last_refusals();
        if (all.empty())
        {
            return std::nullopt;
        }
        const Refusal& one = the_one_to_tell(all);
        report::AtLimit story = told(one);
        if (stopped_ || !is_of_the_thread_that_runs_cells(one))
        {
            story.largest = largest_variables(worth_naming_bytes, 3);
        }
        return story;
    }
}
