#include "jupyter/history.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <pybind11_json/pybind11_json.hpp>

namespace py = pybind11;
using namespace pybind11::literals;

namespace xmemory::jupyter
{
    namespace
    {
        py::object limit(int n) { return n < 0 ? py::object(py::none()) : py::object(py::int_(n)); }

        // What people typed is nobody else's business; SQLite gives its journal the same mode. IPython leaves it to the umask.
        void make_private(const std::string& file)
        {
            struct stat facts = {};
            if (stat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_uid == geteuid())
            {
                chmod(file.c_str(), S_IRUSR | S_IWUSR);
            }
        }

        nlohmann::json reply(const py::object& entries)
        {
            nlohmann::json history = nlohmann::json::array();
            for (const py::handle entry : entries)
            {
                history.push_back(py::list(py::reinterpret_borrow<py::object>(entry)));
            }
            return {{"status", "ok"}, {"history", std::move(history)}};
        }
    }

    void History::use(py::object shell)
    {
        shell_ = std::move(shell);
        const py::object manager = shell_.attr("history_manager");
        make_private(py::str(py::getattr(manager, "hist_file", py::str(""))));
        const py::object thread = py::getattr(manager, "save_thread", py::none());
        if (!thread.is_none())
        {
            thread.attr("stop")();
        }
    }

    void History::write() const
    {
        try
        {
            shell_.attr("history_manager").attr("writeout_cache")();
        }
        catch (py::error_already_set& error)
        {
            error.discard_as_unraisable("the history cannot be written"); // a full disk must not take a cell's answer away
        }
    }

    nlohmann::json History::get_tail_impl(int n, bool raw, bool output) const
    {
        const py::gil_scoped_acquire gil;
        return reply(shell_.attr("history_manager")
                         .attr("get_tail")(n < 0 ? 10 : n, "raw"_a = raw, "output"_a = output, "include_latest"_a = true));
    }

    nlohmann::json History::get_range_impl(int session, int start, int stop, bool raw, bool output) const
    {
        const py::gil_scoped_acquire gil;
        const py::object manager = shell_.attr("history_manager");
        nlohmann::json told =
            reply(manager.attr("get_range")(session, start, limit(stop), "raw"_a = raw, "output"_a = output));
        for (nlohmann::json& entry : told["history"]) // IPython gives the running session as 0 here, and as itself elsewhere
        {
            entry[0] = entry[0] == 0 ? manager.attr("session_number").cast<int>() : entry[0].get<int>();
        }
        return told;
    }

    nlohmann::json History::search_impl(const std::string& pattern, bool raw, bool output, int n, bool unique) const
    {
        const py::gil_scoped_acquire gil;
        return reply(
            shell_.attr("history_manager")
                .attr("search")(pattern, "raw"_a = raw, "output"_a = output, "n"_a = limit(n), "unique"_a = unique));
    }
}
