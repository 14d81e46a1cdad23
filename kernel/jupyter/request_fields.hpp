// What the fields of a request's content have to be, whoever sent it: the kernel's core and the interpreter then meet no other.
// Plain JSON; any thread.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace xmemory::jupyter
{
    struct CheckedContent
    {
        nlohmann::json content; // an object; null fields are left out, and numbers that no text is long enough for are cut
        std::string wrong;      // one sentence where it cannot be understood; else empty
    };

    CheckedContent check_content(const std::string& message_type, nlohmann::json content);

    // Which channel a request may come on: a cell runs on the thread of shell, and nothing of it on that of control.
    bool belongs_on_control(const std::string& message_type);
    bool belongs_on_shell(const std::string& message_type);
}
