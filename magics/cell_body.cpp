#include "magics/cell_body.hpp"

#include <algorithm>
#include <memory>
#include <sstream>

#include "core/ledger.hpp"
#include "core/peaks.hpp"
#include "cpython/bracket.hpp"
#include "cpython/learner_code.hpp"
#include "magics/figures.hpp"
#include "magics/measurement.hpp"
#include "magics/session.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        // Each statement that keeps something takes a number of its own, of which there are some three thousand.
        constexpr std::size_t most_spans = 50;

        py::object shell() { return py::module_::import("IPython").attr("get_ipython")(); }

        // A measurement that ends when it goes, with whatever was left open within it.
        class Span
        {
        public:
            Span() : token_(core::ledger::begin_measurement()), level_(core::levels_now().total) {}
            ~Span()
            {
                if (is_open())
                {
                    core::ledger::end_measurement(token_);
                }
            }
            Span(const Span&) = delete;
            Span& operator=(const Span&) = delete;

            bool is_open() const { return core::ledger::measurement_is_open(token_); }
            std::int64_t level() const { return level_; } // of live bytes when it began
            core::SpanFigures read() const { return core::ledger::read_measurement(token_); }
            core::SpanFigures end() { return core::ledger::end_measurement(token_); }

        private:
            int token_;
            std::int64_t level_;
        };

        std::vector<std::string> lines_of(const std::string& text)
        {
            std::vector<std::string> lines;
            std::istringstream stream(text);
            for (std::string line; std::getline(stream, line);)
            {
                lines.push_back(line);
            }
            return lines;
        }

        // The body compiled as IPython compiles a cell.
        class Source
        {
        public:
            Source(const std::string& body, const std::string& magic_line) : compiler_(shell().attr("compile"))
            {
                const auto code = shell().attr("transform_cell")(body).cast<std::string>();
                lines_ = lines_of(code);
                if (const auto typed = lines_of(body); typed.size() == lines_.size())
                {
                    lines_ = typed;
                }
                before_ = magic_line.empty() ? 0 : 1;
                const std::string shown = magic_line.empty() ? code : magic_line + "\n" + code;
                // IPython's cache of sources lets a traceback show the line.
                name_ = compiler_.attr("cache")(shown, shell().attr("execution_count"), shown);
                const std::string padded = magic_line.empty() ? code : "\n" + code;
                const py::object tree = compiler_.attr("ast_parse")(padded, py::arg("filename") = name_);
                statements_ = shell().attr("transform_ast")(tree).attr("body");
                choose_shown(code);
            }

            std::size_t size() const { return statements_.size(); }

            py::object compile(std::size_t index, BodyFollower* follower) const
            {
                const bool is_shown = index >= first_shown_;
                const py::module_ ast = py::module_::import("ast");
                py::list one;
                one.append(statements_[index]);
                if (follower != nullptr)
                {
                    follower->add_to(one);
                }
                const py::object module = is_shown ? ast.attr("Interactive")(one) : ast.attr("Module")(one, py::list());
                const AwaitAllowed allowed(compiler_);
                const py::object code = compiler_(module, name_, is_shown ? "single" : "exec");
                if (follower != nullptr)
                {
                    follower->follow(code);
                }
                return code;
            }

            // Statements from first to last, as one entry.
            Statement describe(std::size_t first, std::size_t last) const
            {
                Statement statement;
                statement.first_line = statements_[first].attr("lineno").cast<int>();
                statement.last_line = statements_[last].attr("end_lineno").cast<int>();
                const auto at = static_cast<std::size_t>(std::max(statement.first_line - 1 - before_, 0));
                statement.source = at < lines_.size() ? lines_[at] : "";
                return statement;
            }

        private:
            // Top-level await, as far as the shell allows it.
            class AwaitAllowed
            {
            public:
                explicit AwaitAllowed(const py::object& compiler)
                    : compiler_(compiler), before_(compiler.attr("flags").cast<int>())
                {
                    if (shell().attr("autoawait").cast<bool>())
                    {
                        compiler_.attr("flags") = before_ | PyCF_ALLOW_TOP_LEVEL_AWAIT;
                    }
                }
                // What `from __future__ import …` has set stays.
                ~AwaitAllowed()
                {
                    const bool was_allowed = (before_ & PyCF_ALLOW_TOP_LEVEL_AWAIT) != 0;
                    const int now = compiler_.attr("flags").cast<int>();
                    compiler_.attr("flags") = was_allowed ? now : now & ~PyCF_ALLOW_TOP_LEVEL_AWAIT;
                }

            private:
                py::object compiler_;
                int before_;
            };

            // As IPython's run_ast_nodes chooses what of a cell is shown, and as its display hook heeds a `;` at the end.
            void choose_shown(const std::string& code)
            {
                first_shown_ = size();
                const auto which = shell().attr("ast_node_interactivity").cast<std::string>();
                const py::object ends_quietly = shell().attr("displayhook").attr("semicolon_at_end_of_expression");
                if (size() == 0 || which == "none" || session().running_source().number == 0 ||
                    ends_quietly(code).cast<bool>())
                {
                    return;
                }
                const py::object expression = py::module_::import("ast").attr("Expr");
                const bool ends_with_one = py::isinstance(statements_[size() - 1], expression);
                first_shown_ = which == "all" ? 0 : which == "last" || ends_with_one ? size() - 1 : size();
            }

            py::object compiler_;
            py::object name_;
            py::list statements_;
            std::vector<std::string> lines_;
            int before_ = 0;
            std::size_t first_shown_ = 0;
        };

        // A new reference, or the Python error that stands for it.
        py::object owned(PyObject* object)
        {
            if (object == nullptr)
            {
                throw py::error_already_set();
            }
            return py::reinterpret_steal<py::object>(object);
        }

        void run_code(const py::object& code)
        {
            const py::dict names = shell().attr("user_ns");
            const bool awaits = (reinterpret_cast<PyCodeObject*>(code.ptr())->co_flags & CO_COROUTINE) != 0;
            if (!awaits)
            {
                owned(cpython::run_module_code(code.ptr(), names.ptr()));
                return;
            }
            const py::object coroutine = owned(PyEval_EvalCode(code.ptr(), names.ptr(), names.ptr()));
            shell().attr("loop_runner")(owned(cpython::make_bracketed_coroutine(coroutine.ptr(), cpython::Side::learner)));
        }

        std::optional<std::string> why_unknown(const core::SpanFigures& span)
        {
            if (const auto why = session().why_blind())
            {
                return why;
            }
            return span.numbers_ran_out ? std::optional<std::string>(why_numbers_ran_out) : std::nullopt;
        }

        // Runs work in a measurement; whatever work leaves open within is ended with it.
        template <typename Work>
        BodyRun measured(Work work)
        {
            BodyRun run;
            Span span;
            const StopWatch watch;
            work(span, run);
            run.seconds = watch.seconds();
            if (!span.is_open())
            {
                run.exact = false;
                run.why = "the code ended a measurement that had begun before it";
                return run;
            }
            const core::SpanFigures figures = span.end();
            if (const auto why = why_unknown(figures))
            {
                run.exact = false;
                run.why = *why;
                return run;
            }
            run.figures = to_figures(figures);
            run.exact = !figures.threads_raced;
            run.why = figures.threads_raced ? why_at_least : "";
            return run;
        }

        std::int64_t kept_of(const core::SpanFigures& span)
        {
            std::int64_t kept = 0;
            for (const core::OriginSpan& origin : span.origins)
            {
                kept += origin.kept().bytes;
            }
            return kept;
        }
    }

    BodyRun run_body(const std::string& body, const std::string& magic_line, BodyFollower* follower)
    {
        const Source source(body, magic_line);
        const auto run_statements = [&](const Span& around, BodyRun& run)
        {
            // Each span stays open until the body has ended, within the one before it: until then its books tell what its
            // own statement has made and what of that is still in use.
            std::vector<std::unique_ptr<Span>> spans;
            const std::size_t step = source.size() / most_spans + 1;
            for (std::size_t first = 0; first < source.size(); first += step)
            {
                const std::size_t last = std::min(first + step, source.size()) - 1;
                run.statements.push_back(source.describe(first, last));
                spans.push_back(std::make_unique<Span>());
                for (std::size_t index = first; index <= last; ++index)
                {
                    run_code(source.compile(index, follower));
                }
                Statement& statement = run.statements.back();
                statement.peak_bytes = spans.back()->level() - around.level() + spans.back()->read().peak_bytes;
            }
            for (std::size_t index = 0; index < spans.size(); ++index)
            {
                run.statements[index].known = spans[index]->is_open();
                run.statements[index].kept_bytes = kept_of(spans[index]->read());
            }
            while (!spans.empty())
            {
                spans.pop_back();
            }
        };
        return measured(run_statements);
    }

    BodyRun run_function(const py::object& function, py::object& value)
    {
        return measured([&](const Span&, BodyRun&)
                        { value = call_as_learner([&] { return PyObject_CallNoArgs(function.ptr()); }); });
    }
}
