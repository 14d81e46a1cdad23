// The commands that there are, each in the file of its name. A new one is a line here, a line in command.cpp and its file.
#pragma once

#include "magics/command.hpp"

namespace xmemory::magics
{
    Command overview_command(); // %memory
    Command cell_command();
    Command cells_command();
    Command check_command();
    Command compare_command();
    Command death_command();
    Command explain_command();
    Command footer_command();
    Command gc_command();
    Command help_command();
    Command life_command();
    Command limit_command();
    Command mark_command();
    Command measure_command();
    Command pools_command();
    Command predict_command();
    Command progress_command();
    Command refs_command();
    Command size_command();
    Command structures_command();
    Command types_command();
    Command who_command();
}
