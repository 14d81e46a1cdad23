// Tests of kernel/core/black_box.cpp and death.cpp: a process of the test's own dies, and its box is read.
#include "core/black_box.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/black_box_layout.hpp"
#include "core/death.hpp"
#include "core/memory_group.hpp"
#include "run_cell.hpp"

namespace xmemory::core
{
    namespace
    {
        const black_box::Identity mine = {"/runtime/kernel-1.json", "/notes.ipynb"};

        class Folder
        {
        public:
            Folder()
            {
                char name[] = "/tmp/black-box-XXXXXX";
                path = mkdtemp(name);
            }
            ~Folder() { std::filesystem::remove_all(path); }

            std::vector<FoundDeath> deaths(const black_box::Identity& kernel = mine) const { return find_deaths(path, kernel); }
            std::size_t files() const
            {
                return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
            }

            std::string path;
        };

        // Runs that in a child process, with a box of its own; how it ended, as waitpid says.
        template <typename Life>
        int live_and_die(const Folder& folder, Life life)
        {
            const pid_t child = fork();
            if (child == 0)
            {
                ledger::adopt_this_thread();
                if (!black_box::open(folder.path, mine))
                {
                    black_box::close();
                    kill(getpid(), SIGTERM);
                }
                life();
                kill(getpid(), SIGKILL);
            }
            int status = 0;
            waitpid(child, &status, 0);
            return status;
        }

        void begin(int number, const std::string& words)
        {
            ledger::begin_cell(number);
            black_box::begin_cell(number, words, 1000, 2000);
        }

        TEST(BlackBox, TellsWhatTheRunningCellHadInUseToTheByte)
        {
            const Folder folder;
            live_and_die(folder,
                         []
                         {
                             begin(7, "x = 1");
                             const LearnerScope scope;
                             free(malloc(5000));
                             [[maybe_unused]] void* kept = malloc(300);
                             kill(getpid(), SIGKILL);
                         });
            const auto deaths = folder.deaths();
            ASSERT_EQ(deaths.size(), 1u);
            const Death& death = deaths[0].death;
            EXPECT_EQ(death.cause, Death::Cause::killed);
            EXPECT_TRUE(death.cell_ran);
            EXPECT_EQ(death.cell->number, 7);
            EXPECT_EQ(death.cell->first_words, "x = 1");
            EXPECT_EQ(death.cell->resident_bytes, 1000);
            EXPECT_EQ(death.cell->limit_bytes, 2000);
            EXPECT_EQ(death.in_use_bytes, 300);
            EXPECT_EQ(death.peak_bytes, 5000);
            EXPECT_EQ(death.identity.notebook, "/notes.ipynb");
        }

        TEST(BlackBox, APeakBeforeAMeasurementIsTheCellsToo)
        {
            const Folder folder;
            live_and_die(folder,
                         []
                         {
                             begin(1, "");
                             {
                                 const LearnerScope scope;
                                 free(malloc(9000));
                             }
                             ledger::begin_measurement();
                             const LearnerScope scope;
                             free(malloc(100));
                             kill(getpid(), SIGKILL);
                         });
            EXPECT_EQ(folder.deaths().at(0).death.peak_bytes, 9000);
        }

        TEST(BlackBox, BetweenCellsNothingRan)
        {
            const Folder folder;
            live_and_die(folder, [] {
                begin(1, "first");
                black_box::end_cell();
                ledger::end_cell();
            });
            const Death death = folder.deaths().at(0).death;
            EXPECT_FALSE(death.cell_ran);
            EXPECT_EQ(death.cell->first_words, "first");
            EXPECT_FALSE(death.in_use_bytes);
        }

        TEST(BlackBox, TheFirstWordAboutTheEndCounts)
        {
            const Folder folder;
            live_and_die(folder, [] {
                EXPECT_TRUE(black_box::note_signal(SIGSEGV));
                EXPECT_FALSE(black_box::note_signal(SIGABRT));
                EXPECT_FALSE(black_box::note_exit(3));
            });
            const Death death = folder.deaths().at(0).death;
            EXPECT_EQ(death.cause, Death::Cause::signal);
            EXPECT_EQ(death.signal, SIGSEGV);
            EXPECT_FALSE(death.cell);
            EXPECT_TRUE(death.ended);
        }

        TEST(BlackBox, ACallOfExitIsNoted)
        {
            const Folder folder;
            const int status = live_and_die(folder, [] { _exit(42); });
            EXPECT_EQ(WEXITSTATUS(status), 42);
            EXPECT_EQ(folder.deaths().at(0).death.cause, Death::Cause::exit);
            EXPECT_EQ(folder.deaths().at(0).death.status, 42);
        }

        TEST(BlackBox, AnOrderlyEndLeavesNothing)
        {
            const Folder folder;
            live_and_die(folder, [] { black_box::close(); });
            EXPECT_EQ(folder.files(), 0u);
        }

        TEST(BlackBox, OnlyOwnerMayReadIt)
        {
            const Folder folder;
            live_and_die(folder, [] {});
            struct stat facts = {};
            ASSERT_EQ(stat(folder.deaths().at(0).path.c_str(), &facts), 0);
            EXPECT_EQ(facts.st_mode & 0777, 0600u);
        }

        TEST(BlackBox, ALivingProcessIsNotDead)
        {
            const Folder folder;
            int to_child[2], to_parent[2];
            ASSERT_EQ(pipe(to_child) | pipe(to_parent), 0);
            const pid_t child = fork();
            if (child == 0)
            {
                char byte = black_box::open(folder.path, mine) ? 'y' : 'n';
                [[maybe_unused]] auto done = write(to_parent[1], &byte, 1);
                done = read(to_child[0], &byte, 1);
                kill(getpid(), SIGKILL);
            }
            char byte = 0;
            ASSERT_EQ(read(to_parent[0], &byte, 1), 1);
            EXPECT_EQ(byte, 'y');
            EXPECT_TRUE(folder.deaths().empty());
            ASSERT_EQ(write(to_child[1], &byte, 1), 1);
            waitpid(child, nullptr, 0);
            EXPECT_EQ(folder.deaths().size(), 1u);
        }

        TEST(BlackBox, AForkedChildMovesNoLevelAndWritesNothing)
        {
            const Folder folder;
            live_and_die(folder,
                         []
                         {
                             begin(1, "");
                             const LearnerScope scope;
                             const pid_t child = fork();
                             if (child == 0)
                             {
                                 [[maybe_unused]] void* much = malloc(1'000'000);
                                 black_box::end_cell();
                                 black_box::close();
                                 _exit(5);
                             }
                             waitpid(child, nullptr, 0);
                             kill(getpid(), SIGKILL);
                         });
            const Death death = folder.deaths().at(0).death;
            EXPECT_TRUE(death.cell_ran);
            EXPECT_EQ(death.cause, Death::Cause::killed);
            EXPECT_EQ(death.peak_bytes, 0);
        }

        TEST(BlackBox, LongWordsAreCutAfterAWholeCharacter)
        {
            const Folder folder;
            std::string text;
            for (int times = 0; times < 150; ++times)
            {
                text += "\u00e9";
            }
            live_and_die(folder, [&] { begin(1, "x" + text); });
            const std::string words = folder.deaths().at(0).death.cell->first_words;
            EXPECT_EQ(words.size(), 199u);
            EXPECT_EQ(words.substr(words.size() - 2), "\u00e9");
        }

        TEST(Deaths, BelongToTheSameConnectionFileOrNotebook)
        {
            const Folder folder;
            live_and_die(folder, [] {});
            EXPECT_EQ(folder.deaths({"/runtime/kernel-1.json", ""}).size(), 1u);
            EXPECT_EQ(folder.deaths({"/other.json", "/notes.ipynb"}).size(), 1u);
            EXPECT_TRUE(folder.deaths({"/other.json", "/other.ipynb"}).empty());
            EXPECT_TRUE(folder.deaths({"", ""}).empty());
            EXPECT_EQ(folder.files(), 1u);
        }

        TEST(Deaths, RubbishIsNone)
        {
            EXPECT_FALSE(read_death(""));
            EXPECT_FALSE(read_death(std::string(black_box::stack_offset, 'x')));
            std::string other(black_box::stack_offset, '\0');
            other.replace(0, sizeof black_box::magic, black_box::magic, sizeof black_box::magic);
            EXPECT_FALSE(read_death(other)) << "another build's";
        }

        TEST(MemoryGroup, TheKillersCountIsReadWhereTheSystemTells)
        {
            const std::string file = memory_group::kills_file();
            if (!file.empty())
            {
                EXPECT_GE(memory_group::read_kills(file).value_or(-1), 0);
            }
            EXPECT_FALSE(memory_group::read_kills("/no/such/file"));
        }
    }
}
