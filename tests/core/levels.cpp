// Tests of kernel/core/levels.cpp, and of peaks.cpp which reads it.
#include "core/levels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <thread>

#include "core/peaks.hpp"

namespace xmemory::core
{
    namespace
    {
        // The same, told plainly: after each step the peaks are raised to the levels.
        class PlainLevels
        {
        public:
            void move(int origin, std::int64_t bytes)
            {
                level_[static_cast<std::size_t>(origin)] += bytes;
                for (std::size_t index = 0; index < origin_count; ++index)
                {
                    peaks_.origin[index] = std::max(peaks_.origin[index], level_[index]);
                }
                peaks_.total = std::max(peaks_.total, level_[0] + level_[1] + level_[2]);
            }
            void forget_peaks()
            {
                peaks_.total = level_[0] + level_[1] + level_[2];
                peaks_.origin = level_;
            }
            std::int64_t level(int origin) const { return level_[static_cast<std::size_t>(origin)]; }
            const Peaks& peaks() const { return peaks_; }

        private:
            std::array<std::int64_t, origin_count> level_{};
            Peaks peaks_;
        };

        void move(int origin, std::int64_t bytes)
        {
            const auto of = static_cast<Origin>(origin);
            bytes > 0 ? raise_own_level(of, bytes) : lower_own_level(of, -bytes);
        }

        void expect_peaks(const Peaks& peaks)
        {
            const Peaks now = peaks_now();
            EXPECT_EQ(now.total, peaks.total);
            EXPECT_EQ(now.origin, peaks.origin);
        }

        TEST(Levels, PeaksAreThoseOfEveryStepWhateverTheOrder)
        {
            std::mt19937 random(7);
            std::uniform_int_distribution<int> any_origin(0, origin_count - 1);
            std::uniform_int_distribution<std::int64_t> any_bytes(1, 1000);
            for (int round = 0; round < 200; ++round)
            {
                reset_levels();
                PlainLevels plain;
                for (int step = 0; step < 300; ++step)
                {
                    const int origin = any_origin(random);
                    const bool falls = plain.level(origin) > 0 && random() % 2 == 0;
                    const std::int64_t bytes = falls ? -std::min(any_bytes(random), plain.level(origin)) : any_bytes(random);
                    move(origin, bytes);
                    plain.move(origin, bytes);
                    if (random() % 50 == 0)
                    {
                        expect_peaks(plain.peaks());
                    }
                    if (random() % 70 == 0) // as where a measurement begins
                    {
                        set_peaks(levels_now());
                        plain.forget_peaks();
                    }
                }
                expect_peaks(plain.peaks());
            }
            reset_levels();
        }

        TEST(Levels, ASmallHighCountsWithTheOtherBytesOfItsTime)
        {
            reset_levels();
            move(0, 100);
            move(0, -90);
            move(2, 50); // when the small blocks had 100 this was not there
            EXPECT_EQ(peaks_now().total, 100);
            move(0, 60);
            move(2, -50);
            move(0, 20);
            EXPECT_EQ(peaks_now().total, 120) << "70 small ones and 50 native ones";
            EXPECT_EQ(peaks_now().origin[0], 100);
            reset_levels();
        }

        TEST(Levels, WhatAnotherThreadAddsCountsFromThenOn)
        {
            reset_levels();
            move(0, 100);
            move(0, -90);
            std::thread([] { move_others_level(Origin::native, 40); }).join();
            EXPECT_EQ(peaks_now().total, 100) << "10 small ones and 40 of the thread's are no peak";
            move(0, 70);
            EXPECT_EQ(peaks_now().total, 120);
            std::thread([] { move_others_level(Origin::native, -40); }).join();
            move(1, 50);
            move(1, -50);
            EXPECT_EQ(peaks_now().total, 130);
            EXPECT_EQ(peaks_now().origin[2], 40);
            reset_levels();
        }

        TEST(Levels, AThreadThatOnlyFreesLeavesThePeakExact)
        {
            reset_levels();
            move(2, 100);
            move(0, 30);
            move(0, -30);
            std::thread([] { move_others_level(Origin::native, -60); }).join();
            move(0, 50);
            move(0, -50);
            EXPECT_EQ(peaks_now().total, 130);
            EXPECT_EQ(peaks_now().origin[0], 50);
            EXPECT_EQ(levels_now().total, 40);
            reset_levels();
        }
    }
}
