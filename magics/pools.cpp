// %memory pools: Python's arenas, pools and size classes.
#include "magics/commands.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::vector<report::Document> run(const Request&) { throw UsageError("%memory pools is not there yet."); }

        std::string help() { return "%memory pools  Python's arenas, pools and size classes"; }
    }

    Command pools_command()
    {
        return {"pools", "pools", "Python's arenas, pools and size classes", {}, false, true, run, help};
    }
}
