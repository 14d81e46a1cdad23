// A connection file with anything in it: a place to listen at, or a sentence.
#include <stdexcept>

#include "given_bytes.hpp"
#include "jupyter/connection_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    try
    {
        const xeus::xconfiguration read = xmemory::jupyter::read_connection(text, "FILE");
        HOLDS(!read.m_ip.empty() && (read.m_transport == "tcp" || read.m_transport == "ipc"));
        for (const std::string* port : {&read.m_shell_port, &read.m_control_port, &read.m_iopub_port, &read.m_stdin_port,
                                        &read.m_hb_port})
        {
            HOLDS(std::stoi(*port) >= 1 && std::stoi(*port) <= 65535);
        }
        HOLDS((read.m_signature_scheme == "none") == read.m_key.empty());
    }
    catch (const std::runtime_error& error)
    {
        HOLDS(std::string(error.what()).rfind("the connection file FILE ", 0) == 0);
    }
    return 0;
}
