// %memory explain: what a word or a figure means.
#include "magics/commands.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::vector<report::Document> run(const Request&) { throw UsageError("%memory explain is not there yet."); }

        std::string help() { return "%memory explain [TERM]  what a word or a figure means"; }
    }

    Command explain_command()
    {
        return {"explain", "explain [TERM]", "what a word or a figure means", {}, false, true, run, help};
    }
}
