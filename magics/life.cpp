// %%memory life: follows objects through the lines of a cell: who holds them, and when and of what they die.
#include <algorithm>

#include <pybind11/pybind11.h>

#include "core/ledger.hpp"
#include "cpython/object_text.hpp"
#include "magics/cell_body.hpp"
#include "magics/commands.hpp"
#include "magics/life_follower.hpp"
#include "magics/life_report.hpp"
#include "magics/named_values.hpp"
#include "magics/trimmed.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        constexpr std::size_t most_names = 12;

        std::vector<std::string> names_from(const Request& request)
        {
            std::vector<std::string> names;
            for (std::string word : split_words(request.line))
            {
                if (!word.empty() && word.back() == ',')
                {
                    word.pop_back();
                }
                if (!cpython::is_identifier(word))
                {
                    throw UsageError("'" + word + "' is no name. %%memory life takes names of the notebook, like %%memory life x y, and "
                                                  "the code to follow them through on the lines below.");
                }
                if (std::find(names.begin(), names.end(), word) == names.end())
                {
                    names.push_back(word);
                }
            }
            if (names.empty())
            {
                throw UsageError("%%memory life needs the names to follow: %%memory life x, and the code on the lines below.");
            }
            if (names.size() > most_names)
            {
                throw UsageError("%%memory life follows up to " + std::to_string(most_names) + " names at once, not " +
                                 std::to_string(names.size()) + ".");
            }
            return names;
        }

        void refuse_unknown_names(const std::vector<std::string>& names, const std::string& body)
        {
            const py::dict known = notebook_names();
            for (const std::string& name : names)
            {
                if (find_variable(known.ptr(), py::str(name).ptr()) == nullptr && body.find(name) == std::string::npos)
                {
                    throw UsageError("There is no variable " + name + ", and the cell does not make one: name what it binds.");
                }
            }
        }

        std::vector<report::Document> run(const Request& request)
        {
            if (!request.body)
            {
                throw UsageError("%memory life follows names through a cell: write %%memory life x on its first line.");
            }
            const std::vector<std::string> names = names_from(request);
            if (trimmed(*request.body).empty())
            {
                throw UsageError("%%memory life needs code on the lines below it, to follow " + names[0] + " through.");
            }
            if (!core::ledger::cell_is_running())
            {
                throw UsageError("%%memory life works in a cell.");
            }
            refuse_unknown_names(names, *request.body);
            const std::string magic_line = request.is_typed ? "%%memory life " + request.line : "";
            LifeLines lines(*request.body, magic_line.empty() ? 1 : 2);
            LifeFollower follower(names, lines);
            try
            {
                run_body(*request.body, magic_line, &lines);
            }
            catch (py::error_already_set& error)
            {
                if (lines.file() != nullptr) // else nothing of it ran
                {
                    request.publish(life_report(follower.end(reinterpret_cast<PyTypeObject*>(error.type().ptr())->tp_name)));
                }
                throw;
            }
            return {life_report(follower.end(""))};
        }

        std::string help()
        {
            return "%%memory life x y  runs the cell and follows the objects that x and y are bound to: how many references each has\n"
                   "after each line, who came and went, whether the collector tracks it, when it died and of what, or why it is still there\n"
                   "each object  that a name is bound to has a story of its own; runs of a loop are folded\n"
                   "the count  is Python's own, with nothing of ours in it; weak references are not in it\n"
                   "code  outside of functions is followed line by line; what dies within a function is told with its line there";
        }
    }

    Command life_command()
    {
        return {"life",
                "life NAME …",
                "follows objects through a cell: who holds them, when they die and of what",
                {},
                true,
                false, // Tab offers the notebook's names
                run,
                help,
                {"%%memory life x\n"
                 "x = [1, 2, 3]\n"
                 "box = {'kept': x}\n"
                 "del x\n"
                 "box.clear()",
                 "%%memory life node\n"
                 "import gc\n"
                 "class Node: pass\n"
                 "node = Node()\n"
                 "node.me = node\n"
                 "del node\n"
                 "gc.collect()"}};
    }
}
