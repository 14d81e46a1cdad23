#include "magics/command.hpp"

namespace xmemory::magics
{
    std::vector<std::string> split_words(const std::string& line)
    {
        std::vector<std::string> words;
        std::string word;
        bool in_word = false;
        char quote = 0;
        for (const char character : line)
        {
            if (quote != 0)
            {
                character == quote ? void(quote = 0) : void(word += character);
            }
            else if (character == '"' || character == '\'')
            {
                quote = character;
                in_word = true;
            }
            else if (character == ' ' || character == '\t')
            {
                if (in_word)
                {
                    words.push_back(word);
                }
                word.clear();
                in_word = false;
            }
            else
            {
                word += character;
                in_word = true;
            }
        }
        if (quote != 0)
        {
            throw UsageError(std::string("A quote (") + quote + ") is not closed. Close it, or leave it out.");
        }
        if (in_word)
        {
            words.push_back(word);
        }
        return words;
    }
}
