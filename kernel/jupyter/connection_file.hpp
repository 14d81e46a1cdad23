// The file that says where the kernel listens and by which key its messages are signed. xeus's own reading of it takes anything:
// a folder, ports that are none, and a file without a key, for which it then makes one that nobody knows. Before Python starts.
#pragma once

#include <string>

#include <xeus/xkernel_configuration.hpp>

namespace xmemory::jupyter
{
    // Throws std::runtime_error with one sentence and the way out where the kernel cannot be reached by what the file says. Without
    // a key the scheme is "none": messages are not signed.
    xeus::xconfiguration read_connection_file(const std::string& path);

    // The same of the file's text; path is for the sentences.
    xeus::xconfiguration read_connection(const std::string& text, const std::string& path);

    // Sentences on stderr where others than the user may run code in this kernel: for want of a key, or as they can read it.
    void say_who_may_run_code(const xeus::xconfiguration& configuration, const std::string& path);
}
