// The commands that there are, each in the file of its name. A new one is a line here, a line in command.cpp and its file.
#pragma once

#include "magics/command.hpp"

namespace xmemory::magics
{
    Command overview_command(); // %memory
    Command cell_command();
    Command cells_command();
    Command compare_command();
    Command footer_command();
    Command help_command();
}
