// A reference in words: as an expression's end, and as people read it. Reads only, runs no code, makes no object. With the GIL;
// nothing may be allocated in Python's heap meanwhile.
#pragma once

#include <string>

#include "cpython/references.hpp"

namespace xmemory::cpython
{
    // What follows the holder's expression; "" where that cannot be typed.
    std::string suffix_of(const Reference& reference);
    // The same as people read it, whatever it is: a key that cannot be typed shows its type.
    std::string words_of(const Reference& reference);
}
