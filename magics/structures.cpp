// %memory structures: the same data in different structures.
#include "magics/commands.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::vector<report::Document> run(const Request&) { throw UsageError("%memory structures is not there yet."); }

        std::string help() { return "%memory structures [N | EXPR]  the same data in different structures"; }
    }

    Command structures_command()
    {
        return {"structures", "structures [N | EXPR]", "the same data in different structures", {}, false, false, run, help};
    }
}
