#include "magics/fault_stack.hpp"

#include <algorithm>
#include <sstream>

namespace xmemory::magics
{
    namespace
    {
        constexpr std::size_t most_frames = 100;

        // Of a line `  File "NAME", line NUMBER in FUNCTION`; a name may have anything in it, so it is read from both ends.
        bool read_frame(const std::string& line, FaultFrame& frame)
        {
            const std::string opening = "  File \"", middle = "\", line ", before_function = " in ";
            const auto name_end = line.rfind(middle);
            if (line.rfind(opening, 0) != 0 || name_end == std::string::npos || name_end < opening.size())
            {
                return false;
            }
            const auto number = name_end + middle.size();
            const auto number_end = line.find(before_function, number);
            if (number_end == std::string::npos)
            {
                return false;
            }
            frame.file = line.substr(opening.size(), name_end - opening.size());
            frame.line = 0;
            for (std::size_t at = number; at < number_end && line[at] >= '0' && line[at] <= '9' && frame.line < 100'000'000; ++at)
            {
                frame.line = 10 * frame.line + (line[at] - '0');
            }
            frame.function = line.substr(number_end + before_function.size());
            return true;
        }

        // xeus names a cell's code so: a folder of the process's own in the temporary one, a number for the text.
        bool is_cell(const FaultFrame& frame)
        {
            const auto folder = frame.file.find("/xpython_");
            return folder != std::string::npos || frame.file.rfind("<ipython-input-", 0) == 0;
        }

        std::vector<FaultFrame> together(const std::vector<FaultFrame>& frames)
        {
            std::vector<FaultFrame> counted;
            for (const FaultFrame& frame : frames)
            {
                const bool again = !counted.empty() && counted.back().file == frame.file &&
                                   counted.back().line == frame.line && counted.back().function == frame.function;
                if (again)
                {
                    ++counted.back().times;
                }
                else
                {
                    counted.push_back(frame);
                }
            }
            return counted;
        }
    }

    std::string FaultFrame::words() const
    {
        std::string text = cell != 0 ? "[" + std::to_string(cell) + "]" : file;
        text += line != 0 ? ", line " + std::to_string(line) : "";
        return text + (function.empty() || function == "<module>" ? "" : ", in " + function);
    }

    std::vector<FaultFrame> read_fault_stack(const std::string& text, int cell)
    {
        std::vector<FaultFrame> frames;
        std::istringstream lines(text);
        for (std::string line; frames.size() < most_frames && std::getline(lines, line);)
        {
            FaultFrame frame;
            if (read_frame(line, frame))
            {
                frames.push_back(frame);
            }
        }
        const auto outermost = std::find_if(frames.rbegin(), frames.rend(), is_cell);
        if (outermost == frames.rend())
        {
            return together(frames);
        }
        const std::string cells_file = outermost->file;
        frames.erase(outermost.base(), frames.end());
        for (FaultFrame& frame : frames)
        {
            frame.cell = frame.file == cells_file ? cell : 0;
        }
        return together(frames);
    }
}
