#include "jupyter/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iostream>

#include "core/scope.hpp"
#include "jupyter/error_stream.hpp"

namespace xmemory::jupyter
{
    namespace
    {
        constexpr int flush_milliseconds = 100;
        constexpr int flushes_at_once = 10; // in flush_milliseconds
        constexpr std::size_t largest_message = 64 * 1024;

        const char* name_of(int stream) { return stream == 2 ? "stderr" : "stdout"; }

        // Bytes at the end of text that begin a UTF-8 character without finishing it.
        std::size_t unfinished_tail(const std::string& text)
        {
            for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back)
            {
                const auto byte = static_cast<unsigned char>(text[text.size() - back]);
                if ((byte & 0xC0) == 0xC0)
                {
                    const std::size_t length = byte > 0xF4 ? 0 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
                    return length > back ? back : 0;
                }
                if ((byte & 0x80) == 0)
                {
                    return 0;
                }
            }
            return 0;
        }
    }

    Output::~Output() { stop(); }

    void Output::start()
    {
        owner_ = getpid();
        wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        for (int stream = 1; stream <= 2; ++stream)
        {
            int ends[2];
            if (pipe2(ends, O_CLOEXEC) != 0)
            {
                continue;
            }
            const auto index = static_cast<std::size_t>(stream - 1);
            old_descriptors_[index] = fcntl(stream, F_DUPFD_CLOEXEC, 3);
            fcntl(ends[0], F_SETFL, O_NONBLOCK);
            dup2(ends[1], stream);
            close(ends[1]);
            pipes_[index].read_end = ends[0];
        }
        std::cerr.rdbuf(new ErrorStream(old_descriptors_[1])); // never destroyed: threads use it to the end
        setvbuf(stdout, nullptr, _IOLBF, 0); // C code's lines come in the order in which they are printed
        thread_ = std::thread([this] { run(); });
    }

    void Output::stop()
    {
        if (getpid() != owner_ || !thread_.joinable())
        {
            return;
        }
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        eventfd_write(wake_, 1);
        thread_.join();
        flush(true);
    }

    void Output::write(int stream, const char* text, std::size_t bytes)
    {
        const core::TutorScope scope;
        if (getpid() != owner_)
        {
            while (bytes > 0)
            {
                const ssize_t written = ::write(stream, text, bytes);
                if (written < 0 && errno != EINTR)
                {
                    return;
                }
                text += written > 0 ? written : 0;
                bytes -= written > 0 ? static_cast<std::size_t>(written) : 0;
            }
            return;
        }
        const std::lock_guard lock(mutex_);
        drain_pipes();
        if (pending_.empty())
        {
            eventfd_write(wake_, 1); // the thread sees to it that it leaves before long
        }
        append(stream, text, bytes);
        if (pending_.size() >= largest_message)
        {
            send_pending(true);
        }
    }

    void Output::flush(bool c_buffers)
    {
        const core::TutorScope scope;
        if (getpid() != owner_)
        {
            return;
        }
        if (c_buffers)
        {
            std::fflush(nullptr);
        }
        const std::lock_guard lock(mutex_);
        drain_pipes();
        for (int stream = 1; c_buffers && stream <= 2; ++stream) // a cell's end: the rest of a character will not come
        {
            Pipe& pipe = pipes_[static_cast<std::size_t>(stream - 1)];
            if (!pipe.partial.empty())
            {
                append(stream, pipe.partial.data(), pipe.partial.size());
                pipe.partial.clear();
            }
        }
        send_pending(false);
    }

    void Output::flush_as_asked()
    {
        if (getpid() == owner_)
        {
            const core::TutorScope scope;
            const std::lock_guard lock(mutex_);
            const auto now = std::chrono::steady_clock::now();
            if (now - asked_since_ >= std::chrono::milliseconds(flush_milliseconds))
            {
                asked_since_ = now;
                asked_ = 0;
            }
            if (++asked_ > flushes_at_once)
            {
                eventfd_write(wake_, 1);
                return;
            }
        }
        flush();
    }

    // What comes close together leaves as one message; a line without its end waits one turn more for it.
    void Output::run()
    {
        bool partial = false;
        bool pouring = false;
        for (bool stopping = false; !stopping;)
        {
            wait_for_input(partial ? flush_milliseconds : -1);
            if (!pouring)
            {
                std::this_thread::sleep_for(std::chrono::milliseconds(flush_milliseconds / 2));
            }
            eventfd_t count = 0;
            eventfd_read(wake_, &count);
            const std::lock_guard lock(mutex_);
            pouring = drain_pipes() >= largest_message / 2; // the writer waits for us: take it as fast as it comes
            stopping = stopping_;
            send_pending(!partial && !stopping);
            partial = !pending_.empty();
        }
    }

    bool Output::wait_for_input(int milliseconds)
    {
        pollfd waiting[] = {{wake_, POLLIN, 0}, {pipes_[0].read_end, POLLIN, 0}, {pipes_[1].read_end, POLLIN, 0}};
        return poll(waiting, 3, milliseconds) > 0;
    }

    std::size_t Output::drain_pipes() { return drain(1) + drain(2); }

    std::size_t Output::drain(int stream)
    {
        std::size_t all = 0;
        Pipe& pipe = pipes_[static_cast<std::size_t>(stream - 1)];
        char buffer[65536];
        ssize_t got = 0;
        while (pipe.read_end >= 0 && (got = read(pipe.read_end, buffer, sizeof buffer)) > 0)
        {
            all += static_cast<std::size_t>(got);
            const std::string text = pipe.partial + std::string(buffer, static_cast<std::size_t>(got));
            const std::size_t tail = unfinished_tail(text);
            pipe.partial = text.substr(text.size() - tail);
            append(stream, text.data(), text.size() - tail);
            if (pending_.size() >= largest_message)
            {
                send_pending(true);
            }
        }
        return all;
    }

    void Output::append(int stream, const char* text, std::size_t bytes)
    {
        if (stream != pending_stream_)
        {
            send_pending(false);
            pending_stream_ = stream;
        }
        pending_.append(text, bytes);
    }

    void Output::send_pending(bool whole_lines_only)
    {
        const std::size_t end = whole_lines_only ? pending_.rfind('\n') + 1 : pending_.size();
        if (end == 0)
        {
            return;
        }
        iopub_.publish_stream(name_of(pending_stream_), pending_.substr(0, end));
        pending_.erase(0, end);
    }
}
