#include "report/emphasis.hpp"

#include <cctype>
#include <cstddef>

namespace xmemory::report
{
    namespace
    {
        bool is_word(char character)
        {
            // A byte of a multi-byte character counts as part of a word, which errs towards leaving text as it is.
            return std::isalnum(static_cast<unsigned char>(character)) || character == '_' || character == '*' ||
                   static_cast<unsigned char>(character) >= 0x80;
        }

        bool opens(const std::string& text, std::size_t at)
        {
            const bool free_before = at == 0 || text[at - 1] == ' ';
            return free_before && at + 2 < text.size() && text[at + 2] != ' ' && text[at + 2] != '*';
        }

        bool closes(const std::string& text, std::size_t at)
        {
            const bool free_after = at + 2 == text.size() || !is_word(text[at + 2]);
            return free_after && text[at - 1] != ' ' && text[at - 1] != '*';
        }

        std::size_t find_closing(const std::string& text, std::size_t from)
        {
            std::size_t at = text.find("**", from);
            while (at != std::string::npos && !closes(text, at))
                at = text.find("**", at + 1);
            return at;
        }
    }

    std::vector<Run> runs_of(const std::string& finding)
    {
        std::vector<Run> runs;
        std::size_t done = 0;
        for (std::size_t at = finding.find("**"); at != std::string::npos; at = finding.find("**", at))
        {
            const std::size_t closing = opens(finding, at) ? find_closing(finding, at + 3) : std::string::npos;
            if (closing == std::string::npos)
            {
                at += 2;
                continue;
            }
            if (at > done)
                runs.push_back({finding.substr(done, at - done), false});
            runs.push_back({finding.substr(at + 2, closing - at - 2), true});
            at = done = closing + 2;
        }
        if (done < finding.size())
            runs.push_back({finding.substr(done), false});
        return runs;
    }

    std::string plain(const std::string& finding)
    {
        std::string text;
        for (const Run& run : runs_of(finding))
            text += run.text;
        return text;
    }
}
