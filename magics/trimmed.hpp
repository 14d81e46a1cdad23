// Text without the blanks, or other characters, around it. Any thread.
#pragma once

#include <string>

namespace xmemory::magics
{
    inline std::string trimmed(const std::string& text, const char* blanks = " \t\r\n")
    {
        const auto begin = text.find_first_not_of(blanks);
        return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
    }
}
