// The words that the reports use, each in two sentences, with the place in CPython's source (3.11) that says so. Any thread.
#pragma once

#include <string>
#include <vector>

namespace xmemory::magics
{
    struct Term
    {
        const char* name;                 // as reports write it
        std::vector<const char*> aliases; // other words for it, in lower case
        const char* meaning;              // two sentences
        const char* source;               // "Objects/obmalloc.c: …", or empty where it is no matter of CPython's
        const char* see;                  // what shows it, as typed, or empty
    };

    const std::vector<Term>& terms();

    // By name or alias, however it is written: "Set aside", "set_aside_bytes" and "set-aside" are one. nullptr if there is none.
    const Term* find_term(const std::string& words);

    // The three names that are written most like it, nearest first; for a word that is not there.
    std::vector<std::string> similar_terms(const std::string& words);
}
