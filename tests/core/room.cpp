#include "core/room.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace room = xmemory::core::room;
namespace files = std::filesystem;

namespace
{
    constexpr std::int64_t mib = 1 << 20;

    // A made-up /proc and /sys: a machine with 8,000 MiB available, and a process with 100 MiB of addresses, 50 MiB of them there.
    class Room : public testing::Test
    {
    protected:
        void SetUp() override
        {
            root_ = files::temp_directory_path() / ("room-" + std::to_string(getpid()));
            write("proc/meminfo", "MemTotal:       16384000 kB\nMemFree:  1 kB\nMemAvailable:    8192000 kB\n");
            write("proc/self/statm", "25600 12800 2560 100 0 20480 0\n");
            write("proc/self/cgroup", "");
            write("proc/self/mountinfo", "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n");
        }
        void TearDown() override { files::remove_all(root_); }

        void write(const std::string& path, const std::string& text) const
        {
            files::create_directories((root_ / path).parent_path());
            std::ofstream(root_ / path) << text;
        }

        void use_v2(const std::string& mount_root, const std::string& own)
        {
            write("proc/self/mountinfo",
                  "31 23 0:27 " + mount_root + " /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n");
            write("proc/self/cgroup", "0::" + own + "\n");
        }
        void write_v2(const std::string& group, const std::string& limit, std::int64_t used, std::int64_t files,
                      const std::string& high = "max") const
        {
            const std::string folder = "sys/fs/cgroup" + group;
            write(folder + "/memory.max", limit + "\n");
            write(folder + "/memory.high", high + "\n");
            write(folder + "/memory.current", std::to_string(used) + "\n");
            write(folder + "/memory.stat", "anon 5\nfile 9\ninactive_file " + std::to_string(files) + "\nactive_file 0\n");
        }
        void write_v1(const std::string& group, const std::string& limit, std::int64_t used, std::int64_t files) const
        {
            const std::string folder = "sys/fs/cgroup/memory" + group;
            write(folder + "/memory.limit_in_bytes", limit + "\n");
            write(folder + "/memory.usage_in_bytes", std::to_string(used) + "\n");
            write(folder + "/memory.stat", "inactive_file 1\nactive_file 1\ntotal_inactive_file " + std::to_string(files) +
                                               "\ntotal_active_file " + std::to_string(files) + "\n");
        }

        std::optional<room::Reading> read(std::int64_t untouched = 0, std::optional<std::int64_t> hubs_limit = {},
                                          pid_t server = 0) const
        {
            room::Sources sources;
            room::find({root_.string(), hubs_limit, server, false}, sources);
            const auto process = room::read_process(sources);
            return process ? room::read(sources, *process, untouched) : std::nullopt;
        }

        void expect(room::Kind kind, std::int64_t limit, std::int64_t left,
                    const std::optional<room::Reading>& reading) const
        {
            ASSERT_TRUE(reading);
            EXPECT_EQ(reading->kind, kind);
            EXPECT_EQ(reading->limit_bytes, limit);
            EXPECT_EQ(reading->left_bytes, left);
        }

        files::path root_;
    };

    TEST(RoomOfAddresses, ALimitBeyondWhatBytesAreCountedInIsNone)
    {
        rlimit before{};
        ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
        const rlimit huge{RLIM_INFINITY - 1, before.rlim_max};
        ASSERT_EQ(setrlimit(RLIMIT_AS, &huge), 0);
        room::Sources sources;
        sources.has_address_limit = true;
        const auto reading = room::read(sources, {}, 0);
        setrlimit(RLIMIT_AS, &before);
        EXPECT_FALSE(reading.has_value());
    }

    TEST_F(Room, WithoutGroupsItIsWhatTheMachineHasAvailable)
    {
        expect(room::Kind::machine, 16'000 * mib, 8'000 * mib, read());
    }

    TEST_F(Room, WhatIsGivenAndNotTouchedIsNotLeft)
    {
        expect(room::Kind::machine, 16'000 * mib, 7'900 * mib, read(100 * mib));
    }

    TEST_F(Room, AV2GroupsUseCountsWithoutPagesOfFiles)
    {
        use_v2("/", "/user/kernel");
        write_v2("/user/kernel", std::to_string(1'000 * mib), 600 * mib, 50 * mib);
        expect(room::Kind::container, 1'000 * mib, 450 * mib, read());
    }

    TEST_F(Room, TheTightestGroupOnTheWayUpHolds)
    {
        use_v2("/", "/user/kernel");
        write_v2("/user/kernel", "max", 600 * mib, 0);
        write_v2("/user", std::to_string(2'000 * mib), 1'900 * mib, 0); // others are in it
        expect(room::Kind::container, 2'000 * mib, 100 * mib, read());
    }

    TEST_F(Room, ThrottlingCountsAsALimit)
    {
        use_v2("/", "/kernel");
        write_v2("/kernel", std::to_string(1'000 * mib), 600 * mib, 0, std::to_string(700 * mib));
        expect(room::Kind::container, 700 * mib, 100 * mib, read());
    }

    TEST_F(Room, InsideAContainerTheMountPointIsTheGroup)
    {
        use_v2("/docker/abc", "/docker/abc");
        write_v2("", std::to_string(512 * mib), 212 * mib, 0);
        expect(room::Kind::container, 512 * mib, 300 * mib, read());
        use_v2("/", "/../../outside"); // as another namespace tells it
        expect(room::Kind::container, 512 * mib, 300 * mib, read());
    }

    TEST_F(Room, AV1GroupIsReadWithAllBelowIt)
    {
        write("proc/self/mountinfo", "33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                                     "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
        write("proc/self/cgroup", "4:memory:/jupyter/kernel\n1:cpu:/\n0::/\n");
        write_v1("/jupyter/kernel", "9223372036854771712", 1, 0);
        write_v1("/jupyter", std::to_string(1'024 * mib), 800 * mib, 10 * mib);
        write_v1("", "9223372036854771712", 1, 0);
        expect(room::Kind::container, 1'024 * mib, 244 * mib, read());
    }

    TEST_F(Room, TheHubsLimitIsForTheServerAndAllBelowIt)
    {
        const auto stat = [&](int number, int parent, int resident_pages)
        {
            write("proc/" + std::to_string(number) + "/stat",
                  std::to_string(number) + " (a name) with) S " + std::to_string(parent) +
                      " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 " + std::to_string(resident_pages) + " 0\n");
        };
        stat(500, 1, 25'600);         // the server: 100 MiB
        stat(501, 500, 2'560);        // another kernel
        stat(502, 501, 2'560);        // what that one started
        stat(600, 1, 1'000'000);      // somebody else
        stat(getpid(), 500, 999'999); // ourselves, read on their own: 50 MiB
        expect(room::Kind::hub, 1'000 * mib, 1'000 * mib - 120 * mib - 50 * mib, read(0, 1'000 * mib, 500));
    }

    TEST_F(Room, WhatCannotBeReadSaysNothing)
    {
        use_v2("/", "/kernel");
        write_v2("/kernel", "no number", 1, 0);
        write("proc/meminfo", "");
        EXPECT_FALSE(read());
        write("proc/self/statm", "");
        EXPECT_FALSE(read());
    }
}
