#include "magics/compare_parts.hpp"

#include <algorithm>
#include <regex>
#include <sstream>

#include "magics/command.hpp"
#include "magics/snippet.hpp"
#include "magics/trimmed.hpp"
#include "report/characters.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr int label_columns = 40;

        std::string shortened(const std::string& label)
        {
            return report::cut_to_width(report::visible(label), label_columns);
        }
    }

    std::vector<Section> sections_of_line(const std::string& line)
    {
        static const std::regex word("\\bvs\\b");
        std::vector<Section> sections;
        std::size_t begin = 0;
        std::vector<std::size_t> ends;
        for (std::sregex_iterator found(line.begin(), line.end(), word), none; found != none; ++found)
        {
            ends.push_back(static_cast<std::size_t>(found->position()));
        }
        ends.push_back(line.size());
        for (const std::size_t end : ends)
        {
            const std::string part = trimmed(line.substr(begin, end - begin));
            if (is_expression(part))
            {
                sections.push_back({shortened(part), part, true});
                begin = std::min(end + 2, line.size());
            }
        }
        const std::string rest = trimmed(line.substr(begin));
        if (!rest.empty())
        {
            throw UsageError("%memory compare cannot read '" + rest +
                             "' as an expression. For statements write "
                             "%%memory compare with a line '## label' above each part.");
        }
        return sections;
    }

    ComparedParts parts_of_body(const std::string& body)
    {
        ComparedParts parts;
        std::istringstream lines(body);
        for (std::string line; std::getline(lines, line);)
        {
            if (line.rfind("## ", 0) == 0)
            {
                parts.sections.push_back({shortened(trimmed(line.substr(3))), "", false});
            }
            else
            {
                (parts.sections.empty() ? parts.setup : parts.sections.back().source) += line + "\n";
            }
        }
        return parts;
    }
}
