#include "magics/command.hpp"

#include <algorithm>
#include <sstream>

#include "magics/commands.hpp"
#include "magics/trimmed.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::string names_of_commands()
        {
            std::string names;
            for (const Command& command : commands())
            {
                if (*command.name != '\0')
                {
                    names += (names.empty() ? "" : ", ") + std::string(command.name);
                }
            }
            return names;
        }

        // A command that begins like it or is begun by it: what was meant, most likely.
        std::string did_you_mean(const std::string& name)
        {
            for (const Command& command : commands())
            {
                const std::string known = command.name;
                const std::size_t common = std::min({known.size(), name.size(), std::size_t{3}});
                if (common >= 3 && known.compare(0, common, name, 0, common) == 0)
                {
                    return " Did you mean %memory " + known + "?";
                }
            }
            return "";
        }

        bool starts_with(const std::string& text, const std::string& start)
        {
            return text.compare(0, start.size(), start) == 0;
        }

        std::vector<std::string> names_from(const std::string& start, bool of_cell_magics)
        {
            std::vector<std::string> names;
            for (const Command& command : commands())
            {
                const bool fits = *command.name != '\0' && starts_with(command.name, start);
                if (fits && (command.takes_a_cell || !of_cell_magics))
                {
                    names.push_back(command.name);
                }
            }
            return names;
        }
    }

    const std::vector<Command>& commands()
    {
        static const std::vector<Command> table = {
            overview_command(),   cell_command(),    cells_command(),  measure_command(), compare_command(),
            structures_command(), size_command(),    who_command(),    refs_command(),    types_command(),   mark_command(),
            gc_command(),
            life_command(),
            pools_command(),      predict_command(), progress_command(), check_command(), limit_command(),
            death_command(),      explain_command(), footer_command(),  help_command()};
        return table;
    }

    const Command* find_command(const std::string& name)
    {
        const auto found =
            std::find_if(commands().begin(), commands().end(), [&](const Command& command) { return name == command.name; });
        return found == commands().end() ? nullptr : &*found;
    }

    void run_line(const std::string& line, const std::optional<std::string>& body, const Publish& publish,
                  const Progress& progress)
    {
        const std::string text = trimmed(line);
        const auto end = text.find_first_of(" \t");
        const std::string name = text.substr(0, end);
        const Command* command = find_command(name);
        if (command == nullptr || (body && name.empty()))
        {
            throw UsageError(name.empty() ? "%%memory needs a command that takes a cell: %%memory compare."
                                          : "There is no %memory " + name + "." + did_you_mean(name) +
                                                " The commands are: " + names_of_commands() + ". See %memory help.");
        }
        if (body && !command->takes_a_cell)
        {
            throw UsageError("%%memory " + name + " does not take a cell: write %memory " + name + " on a line of its own.");
        }
        Request request;
        request.line = end == std::string::npos ? "" : trimmed(text.substr(end));
        request.body = body;
        request.progress = progress;
        request.publish = publish;
        request.is_typed = true;
        request.words = command->splits_words ? split_words(request.line) : std::vector<std::string>{};
        for (const report::Document& document : command->run(request))
        {
            publish(document);
        }
    }

    std::vector<std::string> completions(const std::string& line_to_cursor)
    {
        std::istringstream words(line_to_cursor);
        std::string magic, name;
        words >> magic >> name;
        const bool at_a_new_word = !line_to_cursor.empty() && line_to_cursor.back() == ' ';
        const bool on_the_name =
            name.empty() || (!at_a_new_word && line_to_cursor.find_last_of(' ') < line_to_cursor.rfind(name));
        std::vector<std::string> found;
        if (on_the_name)
        {
            return names_from(name, starts_with(magic, "%%"));
        }
        const Command* command = find_command(name);
        // What stands after the name; the terms of %memory explain have more than one word.
        const auto after_name = line_to_cursor.find_first_not_of(' ', line_to_cursor.find(name) + name.size());
        const std::string rest = after_name == std::string::npos ? "" : line_to_cursor.substr(after_name);
        const std::string last = at_a_new_word ? "" : line_to_cursor.substr(line_to_cursor.find_last_of(' ') + 1);
        if (name == "help")
        {
            return names_from(last, false);
        }
        for (const std::string option : command ? command->options : std::vector<const char*>{})
        {
            const bool is_word = command->splits_words || starts_with(option, "--");
            if (is_word ? starts_with(option, last) : starts_with(option, rest))
            {
                found.push_back(is_word ? option : option.substr(rest.size() - last.size()));
            }
        }
        return found;
    }

    std::string code_after_name(const std::string& line_to_cursor)
    {
        std::istringstream words(line_to_cursor);
        std::string magic, name, code;
        words >> magic >> name;
        const Command* command = find_command(name);
        if (command == nullptr || command->splits_words)
        {
            return "";
        }
        std::getline(words >> std::ws, code, '\0');
        return code;
    }
}
