// Options of a command by CLI11, with its errors as one sentence of ours.
#pragma once

#include <CLI/CLI.hpp>

#include "magics/command.hpp"

namespace xmemory::magics
{
    inline void parse(CLI::App& app, const Request& request)
    {
        app.set_help_flag(); // help is %memory help COMMAND
        std::vector<std::string> reversed(request.words.rbegin(), request.words.rend());
        try
        {
            app.parse(reversed);
        }
        catch (const CLI::ParseError& error)
        {
            throw UsageError("%memory " + app.get_name() + ": " + error.what() + ". See %memory help " + app.get_name() +
                             ".");
        }
    }
}
