#include "jupyter/last_kernel.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "core/black_box.hpp"
#include "core/death.hpp"
#include "cpython/fault_handlers.hpp"
#include "magics/session.hpp"

namespace xmemory::jupyter
{
    namespace
    {
        namespace fs = std::filesystem;

        std::string word(const char* name)
        {
            const char* value = std::getenv(name);
            return value ? value : "";
        }

        // As jupyter_core has it, but that XDG_RUNTIME_DIR, which lies in memory, comes before a folder on a disk.
        std::string runtime_folder()
        {
            for (const char* name : {"JUPYTER_RUNTIME_DIR", "XDG_RUNTIME_DIR"})
            {
                std::error_code error;
                if (const std::string folder = word(name); !folder.empty() && fs::is_directory(folder, error))
                {
                    return folder;
                }
            }
            if (const std::string data = word("JUPYTER_DATA_DIR"); !data.empty())
            {
                return data + "/runtime";
            }
            const std::string data = word("XDG_DATA_HOME");
            return (data.empty() ? word("HOME") + "/.local/share" : data) + "/jupyter/runtime";
        }

        // Ours, and nobody else may look into it; empty where it cannot be had.
        std::string private_folder()
        {
            const std::string outer = runtime_folder(), folder = outer + "/xmemory";
            std::error_code error;
            fs::create_directories(outer, error);
            mkdir(folder.c_str(), S_IRWXU);
            struct stat facts = {};
            const bool is_ours = lstat(folder.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == geteuid();
            return is_ours && chmod(folder.c_str(), S_IRWXU) == 0 ? folder : "";
        }
    }

    void take_over(const std::string& connection_file)
    {
        std::error_code error;
        const fs::path absolute = fs::absolute(connection_file, error);
        const core::black_box::Identity identity = {absolute.lexically_normal().string(), word("JPY_SESSION_NAME")};
        const std::string folder = private_folder();
        if (!folder.empty()) // before there is a box of ours: closing a file lets go of the process's lock on it
        {
            magics::session().predecessor = magics::predecessor_of(core::find_deaths(folder, identity));
        }
        if (folder.empty() || !core::black_box::open(folder, identity))
        {
            std::cerr << "xmemory: should this kernel die, the next one cannot tell how: no file can be made in "
                      << runtime_folder() << ".\n";
        }
        cpython::install_fault_handlers();
    }

    void forget_last_kernel()
    {
        for (const std::string& file : magics::session().predecessor.files)
        {
            unlink(file.c_str());
        }
        magics::session().predecessor.files.clear();
    }
}
