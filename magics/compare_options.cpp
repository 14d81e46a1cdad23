#include "magics/compare_options.hpp"

#include <regex>

#include "magics/command.hpp"
#include "magics/trimmed.hpp"

namespace xmemory::magics
{
    namespace
    {
        const std::string name = R"(([A-Za-z_]\w*))";
        const std::string sizes = R"(([0-9][0-9_]*\s*(?:\.\.\s*[0-9_]*\w*|(?:,\s*[0-9_]+)*)))";

        void set_sizes(CompareOptions& options, const std::string& variable, const std::string& text)
        {
            if (options.sizes)
            {
                throw UsageError("One variable takes sizes, and " + options.sizes->variable + " has them already.");
            }
            options.sizes = sizes_from(variable, text);
        }

        int runs_from(const std::string& text)
        {
            const int runs = text.size() <= 4 ? std::stoi(text) : 0;
            if (runs < 1 || runs > 1000)
            {
                throw UsageError("--runs takes a number from 1 to 1000: so often is each part measured.");
            }
            return runs;
        }

        // Takes one option off the begin of the code, or off its end. False where there is none.
        bool take_option(ComparedLine& line)
        {
            if (const auto runs = take_runs(line.code))
            {
                line.options.runs = runs;
                return true;
            }
            static const std::regex first_before(R"(^--first(?=\s|$))"), first_after(R"((?:^|\s)--first$)");
            static const std::regex sizes_before("^(?:--" + name + R"((?:\s+|\s*=\s*)|)" + name + R"(\s*=\s*))" + sizes +
                                                 R"((?=\s|$))");
            static const std::regex sizes_after(R"((?:^|\s)--)" + name + R"((?:\s+|\s*=\s*))" + sizes + "$");
            std::smatch found;
            if (std::regex_search(line.code, found, first_before) || std::regex_search(line.code, found, first_after))
            {
                line.options.first = true;
            }
            else if (std::regex_search(line.code, found, sizes_before))
            {
                set_sizes(line.options, found[1].matched ? found[1].str() : found[2].str(), found[3].str());
            }
            else if (std::regex_search(line.code, found, sizes_after))
            {
                set_sizes(line.options, found[1].str(), found[2].str());
            }
            else
            {
                return false;
            }
            line.code = trimmed(found.prefix().str() + " " + found.suffix().str());
            return true;
        }
    }

    std::optional<int> take_runs(std::string& code)
    {
        static const std::regex before(R"(^--runs(?:\s+|\s*=\s*)([0-9]+)(?=\s|$))"),
            after(R"((?:^|\s)--runs(?:\s+|\s*=\s*)([0-9]+)$)");
        std::smatch found;
        if (!std::regex_search(code, found, before) && !std::regex_search(code, found, after))
        {
            return std::nullopt;
        }
        const int runs = runs_from(found[1].str());
        code = trimmed(found.prefix().str() + " " + found.suffix().str());
        return runs;
    }

    ComparedLine compared_line(const std::string& text)
    {
        ComparedLine line{{}, trimmed(text)};
        while (take_option(line))
        {}
        return line;
    }
}
