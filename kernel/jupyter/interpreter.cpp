#include "jupyter/interpreter.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <pybind11_json/pybind11_json.hpp>

#include "cpython/allocator_hooks.hpp"
#include "cpython/bracket.hpp"
#include "cpython/collections.hpp"
#include "cpython/earlier_tasks.hpp"
#include "cpython/ipython.hpp"

#include "jupyter/forked_child.hpp"
#include "jupyter/input.hpp"
#include "jupyter/interrupts.hpp"
#include "jupyter/last_kernel.hpp"
#include "jupyter/late_modules.hpp"
#include "jupyter/light_start.hpp"
#include "jupyter/memory_magic.hpp"
#include "jupyter/publish.hpp"
#include "jupyter/python_stream.hpp"
#include "jupyter/start_up_memory.hpp"
#include "jupyter/tracebacks.hpp"
#include "jupyter/xmemory_module.hpp"
#include "magics/command.hpp"
#include "magics/gc_collect.hpp"
#include "magics/gc_watch.hpp"
#include "magics/predict.hpp"
#include "magics/session.hpp"

namespace py = pybind11;
using namespace pybind11::literals;

namespace xmemory::jupyter
{
    namespace
    {
        void check(bool ok)
        {
            if (!ok)
            {
                throw py::error_already_set();
            }
        }

        // str() of an exception is the learner's code and may fail itself.
        std::string text_of(const py::handle& object)
        {
            PyObject* text = PyObject_Str(object.ptr());
            PyObject* encoded = text ? PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace") : nullptr;
            std::string result = encoded ? PyBytes_AS_STRING(encoded) : "<its text cannot be shown>";
            Py_XDECREF(text);
            Py_XDECREF(encoded);
            PyErr_Clear();
            return result;
        }

        // An error that IPython has told in another way than by a traceback (bad input to a magic is a line on stderr).
        nlohmann::json unshown_error(const py::object& result)
        {
            const py::object before = result.attr("error_before_exec");
            const py::object error = before.is_none() ? py::object(result.attr("error_in_exec")) : before;
            return {{"ename", text_of(py::type::of(error).attr("__name__"))},
                    {"evalue", text_of(error)},
                    {"traceback", nlohmann::json::array()}};
        }

        int characters_in(const std::string& text)
        {
            return static_cast<int>(
                std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
        }

        std::string last_line_to(const std::string& code, int cursor_position)
        {
            // The cursor counts characters, the string bytes.
            std::size_t end = 0;
            for (int characters = 0; end < code.size(); ++end)
            {
                if ((code[end] & 0xC0) != 0x80 && characters++ == cursor_position)
                {
                    break;
                }
            }
            const std::string before = code.substr(0, end);
            return before.substr(before.rfind('\n') + 1);
        }
    }

    Interpreter::Interpreter(Output& output, History& history, Comms& comms, ShellRequest& request)
        : xpyt::interpreter(false), output_(output), history_(history), comms_(comms), request_(request)
    {}

    void Interpreter::configure_impl()
    {
        std::optional<LateModules> late; // until the shell has its magics
        {
            const py::module_ sys = py::module_::import("sys");
            sys.attr("stdout") = py::reinterpret_steal<py::object>(make_python_stream(output_, 1));
            sys.attr("stderr") = py::reinterpret_steal<py::object>(make_python_stream(output_, 2));
            sys.attr("__stdout__") = sys.attr("stdout");
            sys.attr("__stderr__") = sys.attr("stderr");
            check(add_xmemory_module()); // before the shell loads extensions: share/python has one of that name
            late.emplace();
            const LightStart light;
            py::module_::import("xeus_python_shell.shell");
        }
        xpyt::interpreter::configure_impl();
        const py::gil_scoped_acquire gil;
        late.reset();
        history_.use(m_ipython_shell);
        request_.after = [this] { history_.write(); };
        remember_kernel_process();
        check(cpython::prepare_brackets() && cpython::bracket_ipython(m_ipython_shell.ptr()));
        check(cpython::earlier_tasks::follow());
        register_memory_magic(m_ipython_shell);
        improve_shell();
        add_payloads();
        comms_.install(m_ipython_shell);
        cpython::collections::watch();
        magics::accompany_collect();
        PyGC_Collect(); // what start-up left behind is not for the first cells to collect
        give_back_start_up_memory();
        auto why = cpython::why_layout_is_unknown();
        magics::session().start(why ? why : cpython::why_hooks_are_blind());
    }

    void Interpreter::improve_shell()
    {
        m_ipython_shell.attr("_showtraceback") =
            py::cpp_function([this](const py::handle& type, const py::handle& value, const py::handle& traceback)
                             { show_error(type, value, traceback); });
        shorten_tracebacks(m_ipython_shell);
        m_ipython_shell.attr("system") = m_ipython_shell.attr("system_raw"); // its output arrives by file descriptor
    }

    void Interpreter::add_payloads()
    {
        const py::object payloads = m_ipython_shell.attr("payload_manager");
        m_ipython_shell.attr("set_next_input") = py::cpp_function(
            [payloads](const py::object& text, bool replace) {
                payloads.attr("write_payload")(
                    py::dict("source"_a = "set_next_input", "text"_a = text, "replace"_a = replace));
            },
            "text"_a, "replace"_a = false);
        m_ipython_shell.attr("ask_exit") = py::cpp_function(
            [payloads] { payloads.attr("write_payload")(py::dict("source"_a = "ask_exit", "keepkernel"_a = false)); });
    }

    void Interpreter::show_error(const py::handle& type, const py::handle& value, const py::handle& traceback)
    {
        std::vector<std::string> lines;
        for (const py::handle line : traceback)
        {
            lines.push_back(text_of(line));
        }
        if (is_forked_child())
        {
            leave_child_after(type, value, lines);
        }
        const std::string name = text_of(type.attr("__name__"));
        const std::string text = text_of(value);
        error_ = {{"ename", name}, {"evalue", text}, {"traceback", lines}};
        output_.flush();
        if (!silent_)
        {
            publish_execution_error(name, text, lines);
        }
    }

    nlohmann::json Interpreter::execute_request_impl(int, const std::string& code, bool silent, bool store_history,
                                                     nlohmann::json user_expressions, bool allow_stdin)
    {
        const py::gil_scoped_acquire gil;
        error_ = nullptr;
        silent_ = silent;
        const InputRedirection input(allow_stdin, output_);
        if (!silent)
        {
            tell_of_last_kernel();
        }
        const magics::CellSource source = {silent ? 0 : request_.number, code, request_.cell_id};
        magics::session().begin_cell(source);
        cpython::earlier_tasks::begin_cell();
        const bool ok = run_cell(code, silent, store_history);
        if (is_forked_child())
        {
            leave_child_well();
        }
        const report::CellRecord record = magics::session().end_cell(status_of_cell(ok));
        output_.flush(true);
        if (!silent)
        {
            report_cell(record, source);
        }

        nlohmann::json reply;
        const py::object payloads = m_ipython_shell.attr("payload_manager");
        reply["payload"] = payloads.attr("read_payload")();
        payloads.attr("clear_payload")();
        reply["status"] = ok ? "ok" : "error";
        if (ok)
        {
            reply["user_expressions"] = m_ipython_shell.attr("user_expressions")(py::object(user_expressions));
        }
        else
        {
            reply.update(error_);
        }
        output_.flush(true);
        return reply;
    }

    // Before the first cell runs: should it be the same that brings the kernel down, it has been said.
    void Interpreter::tell_of_last_kernel()
    {
        const magics::Predecessor& last = magics::session().predecessor;
        if (last.death && !last.files.empty())
        {
            const report::Document report = magics::death_report(*last.death);
            told_death_ = report.data;
            publish(output_, report);
        }
        forget_last_kernel();
    }

    bool Interpreter::run_cell(const std::string& code, bool silent, bool store_history)
    {
        const InterruptibleCell interruptible;
        try
        {
            const py::object result =
                m_ipython_shell.attr("run_cell")(code, "store_history"_a = store_history, "silent"_a = silent);
            const bool ok = result.attr("success").cast<bool>();
            if (!ok && error_.is_null())
            {
                error_ = unshown_error(result);
            }
            return ok;
        }
        catch (py::error_already_set& error)
        {
            // Something in the machinery failed: it is shown as the cell's error, and the kernel goes on.
            const py::object type = error.type();
            const py::object value = error.value();
            const py::list lines = py::module_::import("traceback").attr("format_exception")(type, value, error.trace());
            show_error(type, value ? value : py::object(py::none()), lines);
            return false;
        }
    }

    std::string Interpreter::status_of_cell(bool ok) const
    {
        if (ok)
        {
            return "ok";
        }
        return error_.is_object() && error_.value("ename", "") == "KeyboardInterrupt" ? "interrupted" : "error";
    }

    void Interpreter::report_cell(const report::CellRecord& record, const magics::CellSource& source)
    {
        nlohmann::json& data = request_.reply_metadata["xmemory"];
        data = report::to_json(record);
        if (!told_death_.is_null())
        {
            data["death_before"] = std::exchange(told_death_, nullptr);
        }
        if (const auto answer = magics::answer_of(record, source))
        {
            publish(output_, *answer);
        }
        if (!magics::take_held_back() && report::footer_is_shown(record, magics::session().footer_mode))
        {
            publish(output_, report::footer(record));
        }
        if (magics::session().watches_collections && !record.gc.empty())
        {
            publish(output_, magics::watch_report(record));
        }
    }

    nlohmann::json Interpreter::python_completions(const std::string& code, int cursor_position)
    {
        {
            const py::gil_scoped_acquire gil;
            prepare_completion(m_ipython_shell);
        }
        return xpyt::interpreter::complete_request_impl(code, cursor_position);
    }

    nlohmann::json Interpreter::complete_request_impl(const std::string& code, int cursor_position)
    {
        const std::string line = last_line_to(code, cursor_position);
        const auto begin = line.find_first_not_of(' ');
        const std::string text = begin == std::string::npos ? "" : line.substr(begin);
        if (text.rfind("%memory ", 0) != 0 && text.rfind("%%memory ", 0) != 0)
        {
            return python_completions(code, cursor_position);
        }
        const std::vector<std::string> matches = magics::completions(text);
        const std::string python = matches.empty() ? magics::code_after_name(text) : "";
        if (!python.empty())
        {
            nlohmann::json reply = python_completions(python, characters_in(python));
            const int before = cursor_position - characters_in(python);
            reply["cursor_start"] = reply["cursor_start"].get<int>() + before;
            reply["cursor_end"] = reply["cursor_end"].get<int>() + before;
            return reply;
        }
        const auto last_word = static_cast<int>(text.size() - (text.find_last_of(' ') + 1)); // ASCII where anything matches
        return {{"status", "ok"},
                {"matches", matches},
                {"cursor_start", cursor_position - last_word},
                {"cursor_end", cursor_position},
                {"metadata", nlohmann::json::object()}};
    }

    nlohmann::json Interpreter::kernel_info_request_impl()
    {
        const std::string version = PY_VERSION;
        return {{"status", "ok"},
                {"implementation", "xmemory"},
                {"implementation_version", XMEMORY_VERSION},
                {"banner", "xeus-memory " XMEMORY_VERSION ": Python " + version +
                               " that tells what each cell did to memory. %memory help"},
                {"debugger", true},
                {"language_info",
                 {{"name", "python"},
                  {"version", version},
                  {"mimetype", "text/x-python"},
                  {"file_extension", ".py"},
                  {"pygments_lexer", "ipython3"},
                  {"codemirror_mode", {{"name", "ipython"}, {"version", 3}}},
                  {"nbconvert_exporter", "python"}}},
                {"help_links",
                 {{{"text", "Python"}, {"url", "https://docs.python.org/3"}},
                  {{"text", "Memory management in CPython"}, {"url", "https://docs.python.org/3/c-api/memory.html"}},
                  {{"text", "IPython"}, {"url", "https://ipython.org/documentation.html"}}}}};
    }
}
