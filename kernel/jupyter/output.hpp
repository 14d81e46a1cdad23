// What the learner's code writes, whichever way: sys.stdout and sys.stderr, and the file descriptors 1 and 2 of C code and
// subprocesses. It is gathered in the order written and leaves in whole messages: one print is one stream message.
// Any thread, with or without the GIL; the tutor's work.
#pragma once

#include <array>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>

#include "jupyter/iopub.hpp"

namespace xmemory::jupyter
{
    class Output
    {
    public:
        explicit Output(Iopub& iopub) : iopub_(iopub) {}
        ~Output();

        // Puts pipes in the place of descriptors 1 and 2 and starts the thread that reads them. The program's own messages go
        // on to the old descriptor 2, by way of ErrorStream.
        void start();
        // Before the process ends: what is left goes out.
        void stop();

        // stream: 1 or 2. In a forked child the text takes the way of its inherited descriptor instead.
        void write(int stream, const char* text, std::size_t bytes);
        // Everything written so far leaves now, C's own buffers included when c_buffers.
        void flush(bool c_buffers = false);
        // As the learner's code asks: now, or within moments, together with what comes next, where it asks more often than a front end
        // can show.
        void flush_as_asked();

    private:
        struct Pipe
        {
            int read_end = -1;
            std::string partial; // the first bytes of a character whose rest has not come yet
        };

        void run();
        bool wait_for_input(int milliseconds);
        std::size_t drain_pipes(); // bytes that came
        std::size_t drain(int stream);
        void append(int stream, const char* text, std::size_t bytes);
        void send_pending(bool whole_lines_only);

        Iopub& iopub_;
        std::mutex mutex_; // guards pending_, pipes_; taken before Iopub's
        std::string pending_;
        int pending_stream_ = 1;
        std::array<Pipe, 2> pipes_;
        std::array<int, 2> old_descriptors_ = {-1, 2};
        int wake_ = -1;
        int owner_ = 0; // process id
        bool stopping_ = false;
        std::chrono::steady_clock::time_point asked_since_{}; // and how often
        int asked_ = 0;
        std::thread thread_;
    };
}
