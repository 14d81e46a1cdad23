// Text without the blanks around it. Any thread.
#pragma once

#include <string>

namespace xmemory::magics
{
    inline std::string trimmed(const std::string& text)
    {
        const auto begin = text.find_first_not_of(" \t\r\n");
        return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
    }
}
