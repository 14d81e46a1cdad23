#include "jupyter/connection_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <set>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace xmemory::jupyter
{
    namespace
    {
        constexpr std::size_t largest_bytes = 1'000'000;
        constexpr int first_port = 1, last_port = 65'535;
        constexpr std::array<const char*, 7> schemes = {"hmac-sha256", "hmac-sha224", "hmac-sha384",   "hmac-sha512",
                                                        "hmac-sha1",   "hmac-md5",    "hmac-blake2b512"};

        [[noreturn]] void refuse(const std::string& path, const std::string& what)
        {
            throw std::runtime_error("the connection file " + path + " " + what +
                                     " Jupyter writes it when it starts a kernel: start this one from Jupyter.");
        }

        // A descriptor that is closed at the end.
        struct Descriptor
        {
            int number;
            ~Descriptor()
            {
                if (number >= 0)
                {
                    close(number);
                }
            }
        };

        std::string text_of(const std::string& path)
        {
            const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)}; // a pipe must not keep us waiting
            struct stat facts = {};
            if (file.number < 0 || fstat(file.number, &facts) != 0)
            {
                refuse(path, std::string("cannot be read: ") + std::strerror(errno) + ".");
            }
            if (!S_ISREG(facts.st_mode))
            {
                refuse(path, "is no file.");
            }
            std::string text(std::min<std::size_t>(static_cast<std::size_t>(facts.st_size), largest_bytes), '\0');
            const ssize_t got = read(file.number, text.data(), text.size());
            if (got < 0)
            {
                refuse(path, std::string("cannot be read: ") + std::strerror(errno) + ".");
            }
            text.resize(static_cast<std::size_t>(got));
            return text;
        }

        // What is wrong is told without the file's words: the key is among them.
        nlohmann::json object_in(const std::string& text, const std::string& path)
        {
            const nlohmann::json read = nlohmann::json::parse(text, nullptr, false);
            if (!read.is_object())
            {
                refuse(path, text.empty() ? "is empty." : "holds no JSON object.");
            }
            return read;
        }

        std::string word(const nlohmann::json& file, const char* name, const std::string& path)
        {
            const auto found = file.find(name);
            if (found == file.end())
            {
                refuse(path, std::string("has no \"") + name + "\".");
            }
            if (!found->is_string())
            {
                refuse(path, std::string("has a \"") + name + "\" that is no text.");
            }
            return found->get<std::string>();
        }

        std::string port(const nlohmann::json& file, const char* name, const std::string& path)
        {
            const auto found = file.find(name);
            if (found == file.end())
            {
                refuse(path, std::string("has no \"") + name + "\".");
            }
            if (!found->is_number_integer() || *found < first_port || *found > last_port)
            {
                refuse(path, std::string("has a \"") + name + "\" that is no number from 1 to 65535.");
            }
            return std::to_string(found->get<int>());
        }
    }

    xeus::xconfiguration read_connection(const std::string& text, const std::string& path)
    {
        const nlohmann::json file = object_in(text, path);
        xeus::xconfiguration read;
        read.m_transport = word(file, "transport", path);
        if (read.m_transport != "tcp" && read.m_transport != "ipc")
        {
            refuse(path, "names a \"transport\" that is neither tcp nor ipc.");
        }
        read.m_ip = word(file, "ip", path);
        if (read.m_ip.empty() || read.m_ip.find('\0') != std::string::npos)
        {
            refuse(path, "has an \"ip\" that is no address.");
        }
        read.m_shell_port = port(file, "shell_port", path);
        read.m_control_port = port(file, "control_port", path);
        read.m_iopub_port = port(file, "iopub_port", path);
        read.m_stdin_port = port(file, "stdin_port", path);
        read.m_hb_port = port(file, "hb_port", path);
        if (std::set<std::string>{read.m_shell_port, read.m_control_port, read.m_iopub_port, read.m_stdin_port, read.m_hb_port}
                .size() < 5)
        {
            refuse(path, "names one port twice.");
        }
        read.m_key = file.contains("key") ? word(file, "key", path) : "";
        const std::string scheme = file.contains("signature_scheme") ? word(file, "signature_scheme", path) : "hmac-sha256";
        if (!read.m_key.empty() && std::find(schemes.begin(), schemes.end(), scheme) == schemes.end())
        {
            refuse(path, "names a \"signature_scheme\" that is not known; hmac-sha256 is.");
        }
        read.m_signature_scheme = read.m_key.empty() ? "none" : scheme;
        return read;
    }

    xeus::xconfiguration read_connection_file(const std::string& path) { return read_connection(text_of(path), path); }

    void say_who_may_run_code(const xeus::xconfiguration& configuration, const std::string& path)
    {
        if (configuration.m_key.empty())
        {
            std::cerr << "xmemory: the connection file has no key, so messages are not signed: everybody who reaches this kernel's "
                         "ports can run code in it.\n";
            return;
        }
        struct stat facts = {};
        if (stat(path.c_str(), &facts) == 0 && (facts.st_mode & (S_IRGRP | S_IROTH)) != 0)
        {
            std::cerr << "xmemory: others than you may read the connection file, and with its key run code in this kernel: chmod 600 "
                      << path << '\n';
        }
    }
}
