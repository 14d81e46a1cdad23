// How much memory the system still leaves to this process: by the memory cgroup (v1 and v2, each group up to the root, with
// whoever else is in it), RLIMIT_AS, JupyterHub's MEM_LIMIT, and what the machine has. The tightest counts.
// find allocates, and is called on the thread that runs the cells as the tutor; read takes no lock, allocates nothing, keeps errno,
// and may be called by a hook, on any thread. All in bytes. A file that cannot be read is as if it said nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

namespace xmemory::core::room
{
    enum class Kind : std::uint8_t { container, address_space, hub, machine };

    // What is read, and where: the root is another folder in tests.
    struct Surroundings
    {
        std::string root;                       // before /proc and /sys; empty for the system's own
        std::optional<std::int64_t> hubs_limit; // JupyterHub's, for a user's server and all that it started
        pid_t server = 0;                       // the process that started this kernel, or 0
        bool has_address_limit = true;          // whether RLIMIT_AS is asked for
    };
    // Of this process: MEM_LIMIT and JPY_PARENT_PID of the environment.
    Surroundings surroundings();

    inline constexpr std::size_t path_size = 512;

    struct Source
    {
        Kind kind = Kind::machine;
        std::int64_t limit_bytes = 0;  // hub
        std::int64_t others_bytes = 0; // hub: what the user's other processes held when the source was found
        char limit_path[path_size] = {};
        char high_path[path_size] = {}; // cgroup v2: from here on its processes are throttled
        char used_path[path_size] = {};
        char stat_path[path_size] = {};
        bool is_v2 = false;
    };

    struct Sources
    {
        std::size_t count = 0;
        std::array<Source, 24> all;
        char statm_path[path_size] = {};
        bool has_address_limit = true;
    };
    void find(const Surroundings& where, Sources& sources);

    // Of this process: pages that are mapped and writable, and those of them that are there.
    struct Process
    {
        std::int64_t address_space = 0;
        std::int64_t resident = 0;
        std::int64_t unbacked_resident = 0; // by no file
        std::int64_t writable = 0;
    };
    std::optional<Process> read_process(const Sources& sources) noexcept;

    struct Reading
    {
        Kind kind = Kind::machine;
        std::int64_t limit_bytes = 0;
        std::int64_t left_bytes = 0; // may be below zero
    };
    // The tightest. untouched_bytes: what this process was given already and has not touched yet, so that the system does not count it.
    std::optional<Reading> read(const Sources& sources, const Process& process, std::int64_t untouched_bytes,
                                bool with_addresses = true) noexcept;
    // RLIMIT_AS alone, where there is one.
    std::optional<Reading> read_address_space(const Process& process) noexcept;
}
