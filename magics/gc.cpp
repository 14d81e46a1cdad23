// %memory gc: runs the garbage collector and shows what went.
#include "magics/commands.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::vector<report::Document> run(const Request&) { throw UsageError("%memory gc is not there yet."); }

        std::string help() { return "%memory gc  runs the garbage collector and shows what went"; }
    }

    Command gc_command()
    {
        return {"gc", "gc", "runs the garbage collector and shows what went", {}, false, true, run, help};
    }
}
