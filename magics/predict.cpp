// %memory predict: guess before the measurement.
#include "magics/commands.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::vector<report::Document> run(const Request&) { throw UsageError("%memory predict is not there yet."); }

        std::string help() { return "%memory predict GUESS  guess before the measurement"; }
    }

    Command predict_command()
    {
        return {"predict", "predict GUESS", "guess before the measurement", {}, true, false, run, help};
    }
}
