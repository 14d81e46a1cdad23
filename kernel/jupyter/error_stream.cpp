#include "jupyter/error_stream.hpp"

#include <unistd.h>

#include <cerrno>

#include "core/tally.hpp"

namespace xmemory::jupyter
{
    ErrorStream::int_type ErrorStream::overflow(int_type character)
    {
        const char one = traits_type::to_char_type(character);
        return traits_type::eq_int_type(character, traits_type::eof()) || xsputn(&one, 1) == 1 ? traits_type::not_eof(character)
                                                                                               : traits_type::eof();
    }

    std::streamsize ErrorStream::xsputn(const char* text, std::streamsize bytes)
    {
        const int descriptor = core::here().role == core::Role::tutor ? programs_descriptor_ : STDERR_FILENO;
        std::streamsize done = 0;
        while (done < bytes)
        {
            const ssize_t written = ::write(descriptor, text + done, static_cast<std::size_t>(bytes - done));
            if (written < 0 && errno != EINTR)
            {
                break;
            }
            done += written > 0 ? written : 0;
        }
        return done;
    }
}
