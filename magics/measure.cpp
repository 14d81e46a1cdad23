// %memory measure: what one piece of code costs.
#include "magics/commands.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::vector<report::Document> run(const Request&) { throw UsageError("%memory measure is not there yet."); }

        std::string help() { return "%memory measure EXPR  what one piece of code costs"; }
    }

    Command measure_command()
    {
        return {"measure", "measure EXPR", "what one piece of code costs", {}, true, false, run, help};
    }
}
