// std::cerr in a process whose descriptor 2 leads into the notebook: what the kernel says of itself, libxeus included, goes to the
// standard error that the program was started with; what C++ code of the learner's extensions says goes to the notebook.
#pragma once

#include <streambuf>

namespace xmemory::jupyter
{
    // Any thread; nothing is held back, so no lock is needed.
    class ErrorStream : public std::streambuf
    {
    public:
        explicit ErrorStream(int programs_descriptor) : programs_descriptor_(programs_descriptor) {}

    protected:
        int_type overflow(int_type character) override;
        std::streamsize xsputn(const char* text, std::streamsize bytes) override;

    private:
        int programs_descriptor_;
    };
}
