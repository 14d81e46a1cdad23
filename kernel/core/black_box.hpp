// What is left of this process when it dies: a file of three pages or so, mapped into memory, that says which cell runs and how
// much it has in use. The page of the running cell's levels is the file's own (levels.hpp), so hooks write into it
// what they write anyway, and nothing is added to their work. An orderly end removes the file; what finds it later, with nobody
// holding its lock, reads it with death.hpp.
// A child made by fork gets a page of its own at once, and writes nothing here. One made by the bare system call does not: until
// it ends or calls exec, what it counts goes into the parent's levels.
#pragma once

#include <cstdint>
#include <string>

namespace xmemory::core::black_box
{
    // Which kernel this is, in words that stay the same when it is started again.
    struct Identity
    {
        std::string connection_file;
        std::string notebook; // what it was started for, or empty
    };

    // Once, when nothing of the learner's runs. folder: there already. Nothing is recorded where it fails; false then.
    bool open(const std::string& folder, const Identity& identity);

    // On the thread that runs the cells, when the ledger has begun the cell and before it ends it. number 0: a request that shows
    // no number. resident_bytes, limit_bytes: 0 for unknown, and for none.
    void begin_cell(int number, const std::string& first_words, std::int64_t resident_bytes, std::int64_t limit_bytes);
    void end_cell();

    // The process is about to end by a fault's signal, or by a call of exit. Only the first of all counts. Async-signal-safe, any
    // thread; nothing in a forked child. True where it was noted.
    bool note_signal(int signal) noexcept;
    bool note_exit(int status) noexcept;
    // The file's descriptor, placed where the words about the stack go; async-signal-safe. −1 without a file.
    int stack_descriptor() noexcept;

    // An orderly end: the file goes. Any thread.
    void close() noexcept;
}
