// The main of a fuzz target without libFuzzer: runs all files of the folders that are named, and then that many inputs made of them
// by chance, always the same ones.
//   TARGET INPUTS FOLDER...
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "given_bytes.hpp"

namespace
{
    std::vector<std::string> read_all(int count, char** folders)
    {
        std::vector<std::string> inputs = {""};
        for (int index = 0; index < count; ++index)
        {
            for (const auto& entry : std::filesystem::directory_iterator(folders[index]))
            {
                std::ifstream file(entry.path(), std::ios::binary);
                inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
            }
        }
        return inputs;
    }

    void run(const std::string& input)
    {
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    }

    std::string changed(std::string input, const std::string& other, std::mt19937& chance)
    {
        for (unsigned times = 1 + chance() % 4; times > 0; --times)
        {
            const std::size_t at = input.empty() ? 0 : chance() % input.size();
            switch (chance() % 5)
            {
            case 0:
                input.insert(at, 1, static_cast<char>(chance()));
                break;
            case 1:
                input.erase(at, 1 + chance() % 8);
                break;
            case 2:
                input.insert(at, other.substr(other.empty() ? 0 : chance() % other.size(), chance() % 32));
                break;
            default:
                input.empty() ? void() : void(input[at] = static_cast<char>(chance()));
            }
        }
        return input;
    }
}

int main(int count, char** words)
{
    if (count < 3)
    {
        std::fprintf(stderr, "usage: %s INPUTS FOLDER...\n", words[0]);
        return 2;
    }
    const std::vector<std::string> inputs = read_all(count - 2, words + 2);
    for (const std::string& input : inputs)
    {
        run(input);
    }
    std::mt19937 chance(1);
    const long more = std::atol(words[1]);
    for (long number = 0; number < more; ++number)
    {
        run(changed(inputs[chance() % inputs.size()], inputs[chance() % inputs.size()], chance));
    }
    std::printf("%zu files and %ld inputs made of them\n", inputs.size() - 1, more);
}
