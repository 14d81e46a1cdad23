#include "cpython/embed.hpp"

#include <Python.h>

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#ifdef Py_GIL_DISABLED
#error "Free-threaded Python allocates without the GIL, by mimalloc: its figures would be wrong. Build with a Python that has a GIL."
#endif

namespace xmemory::cpython
{
    namespace
    {
        const std::string built_for = std::to_string(PY_MAJOR_VERSION) + "." + std::to_string(PY_MINOR_VERSION);

        // What pyvenv.cfg says of a virtual environment, e.g. "3.11.2"; empty where there is none.
        std::string version_of_venv(const std::filesystem::path& executable)
        {
            std::ifstream config(executable.parent_path().parent_path() / "pyvenv.cfg");
            for (std::string line; std::getline(config, line);)
            {
                if (line.rfind("version", 0) == 0)
                {
                    const auto value = line.find_first_of("0123456789");
                    return value == std::string::npos ? "" : line.substr(value);
                }
            }
            return "";
        }

        void check_executable(const std::string& executable)
        {
            if (access(executable.c_str(), X_OK) != 0)
            {
                throw std::runtime_error("There is no Python at " + executable +
                                         ". Name one with --python, or run './tutor install' again.");
            }
            const std::string version = version_of_venv(executable);
            if (!version.empty() && version.rfind(built_for, 0) != 0)
            {
                throw std::runtime_error("This kernel is built for Python " + built_for + ", but " + executable +
                                         " is Python " + version + ". Make a virtual environment of Python " + built_for +
                                         " and run './tutor " + "install --python' with its Python.");
            }
        }

        void check(const PyStatus& status)
        {
            if (PyStatus_Exception(status))
            {
                throw std::runtime_error(std::string("Python did not start: ") +
                                         (status.err_msg ? status.err_msg : "no reason was given"));
            }
        }
    }

    std::string default_python() { return XMEMORY_DEFAULT_PYTHON; }

    void start_python(const std::string& executable, const std::vector<std::string>& arguments)
    {
        const std::string python = executable.empty() ? default_python() : executable;
        check_executable(python);

        // The environment must not choose the allocator: PYTHONMALLOC and PYTHONDEVMODE would take the hooks away.
        PyPreConfig preconfig;
        PyPreConfig_InitPythonConfig(&preconfig);
        preconfig.use_environment = 0;
        preconfig.utf8_mode = 1;
        check(Py_PreInitialize(&preconfig));

        // A parent that runs in the background (nohup jupyter lab &) hands SIGINT down ignored, and Python would leave it so.
        signal(SIGINT, SIG_DFL);

        PyConfig config;
        PyConfig_InitPythonConfig(&config);
        config.parse_argv = 0;
        config.install_signal_handlers = 1;
        check(PyConfig_SetBytesString(&config, &config.executable, python.c_str()));
        check(PyConfig_SetBytesString(&config, &config.program_name, python.c_str()));
        std::vector<char*> words;
        for (const std::string& argument : arguments)
        {
            words.push_back(const_cast<char*>(argument.c_str()));
        }
        check(PyConfig_SetBytesArgv(&config, static_cast<Py_ssize_t>(words.size()), words.data()));
        check(Py_InitializeFromConfig(&config));
        PyConfig_Clear(&config);
        PyList_Insert(PySys_GetObject("path"), 0, PyUnicode_FromString("")); // the notebook's folder, as in every kernel
    }
}
