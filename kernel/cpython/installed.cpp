#include "cpython/installed.hpp"

#include <cstring>

// The program's initialised data begins and ends here (ld's own symbols).
extern "C" char __data_start __attribute__((weak));
extern "C" char _edata __attribute__((weak));

namespace xmemory::cpython
{
    const PyMemAllocatorEx* installed(const PyMemAllocatorEx& allocator, const PyMemAllocatorEx& otherwise)
    {
        const PyMemAllocatorEx* found = nullptr;
        for (const char* at = &__data_start; at + sizeof(PyMemAllocatorEx) <= &_edata; at += alignof(PyMemAllocatorEx))
        {
            if (std::memcmp(at, &allocator, sizeof(PyMemAllocatorEx)) == 0)
            {
                if (found != nullptr)
                {
                    return &otherwise;
                }
                found = reinterpret_cast<const PyMemAllocatorEx*>(at);
            }
        }
        return found != nullptr ? found : &otherwise;
    }
}
