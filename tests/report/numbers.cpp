// Tests of kernel/report/numbers.cpp. "_" stands for the no-break space.
#include "report/numbers.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        std::string shown(std::string text)
        {
            for (std::size_t at = text.find("\u00a0"); at != std::string::npos; at = text.find("\u00a0"))
                text.replace(at, 2, "_");
            return text;
        }

        TEST(HumanBytes, AreExactBelowOneKilobyte)
        {
            EXPECT_EQ(shown(human_bytes(0)), "0_B");
            EXPECT_EQ(shown(human_bytes(496)), "496_B");
            EXPECT_EQ(shown(human_bytes(999)), "999_B");
        }

        TEST(HumanBytes, HaveThreeDigitsInDecimalUnits)
        {
            EXPECT_EQ(shown(human_bytes(1000)), "1.00_kB");
            EXPECT_EQ(shown(human_bytes(2112)), "2.11_kB");
            EXPECT_EQ(shown(human_bytes(81'200)), "81.2_kB");
            EXPECT_EQ(shown(human_bytes(40'400'000)), "40.4_MB");
            EXPECT_EQ(shown(human_bytes(800'000'000)), "800_MB");
            EXPECT_EQ(shown(human_bytes(1'073'741'824)), "1.07_GB");
        }

        TEST(HumanBytes, CarryOverWhereRoundingGainsADigit)
        {
            EXPECT_EQ(shown(human_bytes(9'994)), "9.99_kB");
            EXPECT_EQ(shown(human_bytes(9'995)), "10.0_kB");
            EXPECT_EQ(shown(human_bytes(99'950)), "100_kB");
            EXPECT_EQ(shown(human_bytes(999'499)), "999_kB");
            EXPECT_EQ(shown(human_bytes(999'500)), "1.00_MB");
            EXPECT_EQ(shown(human_bytes(999'999)), "1.00_MB");
        }

        TEST(HumanBytes, TakeTheLargestAndTheSmallestNumber)
        {
            EXPECT_EQ(shown(human_bytes(std::numeric_limits<std::int64_t>::max())), "9.22_EB");
            EXPECT_EQ(shown(human_bytes(std::numeric_limits<std::int64_t>::min())), "−9.22_EB");
        }

        TEST(HumanBytes, HaveAMinusSignAndNoHyphen) { EXPECT_EQ(shown(human_bytes(-2112)), "−2.11_kB"); }

        TEST(ExactBytes, AreGroupedByThousands)
        {
            EXPECT_EQ(shown(exact_bytes(64'012'352)), "64,012,352_B");
            EXPECT_EQ(shown(exact_bytes(999)), "999_B");
            EXPECT_EQ(shown(exact_bytes(-1000)), "−1,000_B");
        }

        TEST(Count, IsGroupedByThousands)
        {
            EXPECT_EQ(count(0), "0");
            EXPECT_EQ(count(100'000), "100,000");
            EXPECT_EQ(count(1'000'214), "1,000,214");
        }

        TEST(HumanSeconds, TakeTheUnitThatFits)
        {
            EXPECT_EQ(shown(human_seconds(0)), "0_s");
            EXPECT_EQ(shown(human_seconds(0.0000000496)), "50_ns");
            EXPECT_EQ(shown(human_seconds(0.0000124)), "12.4_µs");
            EXPECT_EQ(shown(human_seconds(0.0031)), "3.1_ms");
            EXPECT_EQ(shown(human_seconds(0.0312)), "31_ms");
            EXPECT_EQ(shown(human_seconds(1.25)), "1.25_s");
            EXPECT_EQ(shown(human_seconds(1250)), "1,250_s");
        }

        TEST(HumanSeconds, CarryOverIntoTheNextUnit)
        {
            EXPECT_EQ(shown(human_seconds(0.99996)), "1.00_s");
            EXPECT_EQ(shown(human_seconds(0.00099996)), "1.0_ms");
            EXPECT_EQ(shown(human_seconds(0.00999)), "10_ms");
        }

        TEST(Percent, NeverRoundsSomethingToNothingOrToAll)
        {
            EXPECT_EQ(shown(percent(0)), "0_%");
            EXPECT_EQ(shown(percent(0.0001)), "under 1_%");
            EXPECT_EQ(shown(percent(0.614)), "61_%");
            EXPECT_EQ(shown(percent(0.9999)), "over 99_%");
            EXPECT_EQ(shown(percent(1)), "100_%");
        }

        TEST(Percent, OfNothingIsUnknown) { EXPECT_EQ(percent(std::numeric_limits<double>::quiet_NaN()), "unknown"); }

        TEST(Mebibytes, AreBinary)
        {
            EXPECT_EQ(shown(mebibytes(3'145'728)), "3.00_MiB");
            EXPECT_EQ(shown(mebibytes(262'144)), "0.25_MiB");
            EXPECT_EQ(shown(mebibytes(64LL << 20)), "64.0_MiB");
            EXPECT_EQ(shown(mebibytes(2048LL << 20)), "2,048_MiB");
        }
    }
}
