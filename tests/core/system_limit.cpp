// Tests of kernel/core/system_limit.cpp: what counts as left where malloc has free what the system has not.
#include "core/system_limit.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <vector>

namespace xmemory::core::budget
{
    namespace
    {
        std::int64_t address_space()
        {
            std::int64_t pages = 0;
            std::ifstream("/proc/self/statm") >> pages;
            return pages * 4096;
        }

        // Lets the process take so many addresses more.
        class AddressLimit
        {
        public:
            explicit AddressLimit(std::int64_t more)
            {
                getrlimit(RLIMIT_AS, &before_);
                rlimit now = before_;
                now.rlim_cur = static_cast<rlim_t>(address_space() + more);
                setrlimit(RLIMIT_AS, &now);
            }
            ~AddressLimit() { setrlimit(RLIMIT_AS, &before_); }

        private:
            rlimit before_{};
        };

        // Blocks with holes between them: of forty, one stays.
        class Holes
        {
        public:
            Holes() : blocks_(16'000)
            {
                for (void*& block : blocks_)
                {
                    block = std::malloc(1'000);
                }
                for (std::size_t index = 0; index < blocks_.size(); ++index)
                {
                    if (index % 40 != 0)
                    {
                        std::free(blocks_[index]);
                        blocks_[index] = nullptr;
                    }
                }
            }
            ~Holes()
            {
                for (void* block : blocks_)
                {
                    std::free(block);
                }
            }

        private:
            std::vector<void*> blocks_;
        };

        TEST(SystemLimit, WithoutAddressesWhatMallocHasFreeIsRoomForMalloc)
        {
            const Holes holes;
            const AddressLimit limit(10 * megabyte); // less than is kept back
            system_limit::start(room::surroundings());
            const auto left = [](std::int64_t bytes, system_limit::From from)
            { return system_limit::read_hard(bytes, from)->left_bytes; };

            EXPECT_EQ(system_limit::read_hard(30'000, system_limit::From::malloc)->limit, Limit::address_space);
            EXPECT_GE(left(30'000, system_limit::From::malloc), 30'000);
            EXPECT_LT(left(30'000, system_limit::From::system), 0);
        }

        TEST(SystemLimit, TryingWhetherMallocHasRoomTakesNoAddresses)
        {
            const Holes holes;
            const AddressLimit limit(20 * megabyte);
            system_limit::start(room::surroundings());
            const std::int64_t before = address_space();
            system_limit::read_hard(5 * megabyte, system_limit::From::malloc);
            EXPECT_LE(address_space(), before);
        }

        TEST(SystemLimit, IsReadAgainWhenAQuarterOfWhatWasLeftIsMade)
        {
            system_limit::set_due(100, 40 * megabyte);
            EXPECT_FALSE(system_limit::is_due(100, 9 * megabyte));
            EXPECT_EQ(system_limit::until_due(100), megabyte);
            EXPECT_TRUE(system_limit::is_due(100, 2 * megabyte));
            system_limit::set_due(100, 40 * megabyte);
            EXPECT_TRUE(system_limit::is_due(101 + 10 * megabyte, 0));
            system_limit::set_due(0, never);
        }
    }
}
