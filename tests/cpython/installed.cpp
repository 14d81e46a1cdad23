// Tests of kernel/cpython/installed.cpp.
#include "cpython/installed.hpp"

#include <gtest/gtest.h>

namespace xmemory::cpython
{
    namespace
    {
        const PyMemAllocatorEx otherwise{};
        int context_of_two;
        int context_of_none;
        PyMemAllocatorEx two[2] = {{&context_of_two, nullptr, nullptr, nullptr, nullptr},
                                   {&context_of_two, nullptr, nullptr, nullptr, nullptr}};

        TEST(Installed, IsWhereCPythonKeepsADomainsAllocator)
        {
            for (const PyMemAllocatorDomain domain : {PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ})
            {
                // Given what a domain has
                PyMemAllocatorEx hooks;
                PyMem_GetAllocator(domain, &hooks);
                const PyMemAllocatorEx* place = installed(hooks, otherwise);
                ASSERT_NE(place, &otherwise);
                EXPECT_EQ(place->malloc, hooks.malloc);
                // When it is replaced
                PyMemAllocatorEx others = hooks;
                others.malloc = nullptr;
                PyMem_SetAllocator(domain, &others);
                // Then the place tells
                const bool tells = place->malloc == nullptr;
                PyMem_SetAllocator(domain, &hooks);
                EXPECT_TRUE(tells);
                EXPECT_EQ(place->malloc, hooks.malloc);
            }
        }

        TEST(Installed, IsNothingForAnAllocatorThatIsNowhereOrTwice)
        {
            EXPECT_EQ(installed({&context_of_none, nullptr, nullptr, nullptr, nullptr}, otherwise), &otherwise);
            EXPECT_EQ(installed(two[0], otherwise), &otherwise);
            EXPECT_EQ(two[0].ctx, two[1].ctx);
        }
    }
}
