// %memory help: the commands, or one of them with examples.
#include <algorithm>

#include "magics/commands.hpp"

namespace xmemory::magics
{
    namespace
    {
        report::Document list_of_commands()
        {
            report::Document document;
            document.kind = "help";
            document.finding = "%memory says where memory is and what it cost.";
            report::Table table;
            table.columns = {{"type", report::Align::left}, {"to see", report::Align::left}};
            nlohmann::json names = nlohmann::json::array();
            for (const Command& command : commands())
            {
                const std::string usage = command.usage;
                table.rows.push_back({report::Entry("%memory" + (usage.empty() ? "" : " " + usage)), command.summary});
                names.push_back(command.name);
            }
            document.parts.push_back(std::move(table));
            document.next = "%memory help compare";
            document.data = {{"commands", names}};
            return document;
        }

        std::vector<report::Document> run(const Request& request)
        {
            if (request.words.empty())
            {
                return {list_of_commands()};
            }
            const Command* command = find_command(request.words[0]);
            if (command == nullptr)
            {
                throw UsageError("There is no %memory " + request.words[0] + ". %memory help lists the commands.");
            }
            report::Document document;
            document.kind = "help";
            document.finding = "%memory " + std::string(command->name) + ": " + command->summary + ".";
            report::Table lines;
            lines.columns = {{"", report::Align::left}, {"", report::Align::left}};
            const std::string text = command->help();
            for (std::size_t begin = 0; begin < text.size();)
            {
                const std::size_t end = std::min(text.find('\n', begin), text.size());
                const std::string line = text.substr(begin, end - begin);
                const std::size_t gap = line.find("  ");
                lines.rows.push_back(
                    {line.substr(0, gap), gap == std::string::npos ? "" : line.substr(line.find_first_not_of(' ', gap))});
                begin = end + 1;
            }
            document.parts.push_back(std::move(lines));
            for (const std::string& example : command->examples)
            {
                document.parts.push_back(report::Paragraph{"Example:", true});
                document.parts.push_back(report::Code{example});
            }
            document.data = {{"command", command->name}, {"help", text}, {"examples", command->examples}};
            return {document};
        }

        std::string help()
        {
            return "%memory help          lists the commands\n"
                   "%memory help compare  explains one, with examples";
        }
    }

    Command help_command()
    {
        return {"help", "help [COMMAND]",   "the commands, or one of them with examples", {}, false, true, run,
                help,   {"%memory help gc"}};
    }
}
