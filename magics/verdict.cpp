#include "magics/verdict.hpp"

#include <algorithm>

#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr double right_within = 1.1; // MB for MiB and GB for GiB are within it
        constexpr double near_within = 1.5;
        constexpr double choice_within = 4;                  // choices are a few times apart from each other
        constexpr std::int64_t next_to_nothing_bytes = 1000; // on either side: free lists and caches decide
        constexpr std::int64_t worth_explaining_bytes = 10'000;

        double ratio_of(std::int64_t left, std::int64_t right)
        {
            return static_cast<double>(left) / static_cast<double>(std::max<std::int64_t>(right, 1));
        }

        bool within(double ratio, double factor) { return ratio <= factor && ratio >= 1 / factor; }

        bool as_good_as(std::int64_t left, std::int64_t right) { return within(ratio_of(left, right), right_within); }

        Closeness closeness_of(const Guess& guess, std::int64_t measured, double ratio)
        {
            const Quantity& amount = *guess.amount;
            const Closeness beside = amount.bytes < measured ? Closeness::too_small : Closeness::too_large;
            if (guess.is_choice)
            {
                const Quantity& best = nearest(guess.choices, measured);
                return best.bytes == amount.bytes && best.is_bound == amount.is_bound ? Closeness::right : beside;
            }
            const bool both_small = amount.bytes <= next_to_nothing_bytes && measured < next_to_nothing_bytes;
            const bool in_bound = amount.is_bound && measured < amount.bytes && ratio <= 10;
            if (both_small || in_bound || within(ratio, right_within))
            {
                return Closeness::right;
            }
            return within(ratio, near_within) ? Closeness::near : beside;
        }

        const report::OriginFigures& small(const report::Figures& figures) { return figures.origins[0]; }
        const report::OriginFigures& large(const report::Figures& figures) { return figures.origins[1]; }

        // The peak's parts are known where each origin was at its own highest at the same time, or as good as.
        bool parts_are_known(const report::Figures& figures)
        {
            std::int64_t sum = 0;
            for (const report::OriginFigures& origin : figures.origins)
            {
                sum += origin.peak_bytes;
            }
            return sum - figures.peak_bytes <= figures.peak_bytes / 50;
        }

        void missed_objects(std::int64_t guess, const report::Figures& figures, bool of_kept, Verdict& verdict)
        {
            const std::int64_t places = of_kept ? large(figures).kept_bytes : large(figures).peak_bytes;
            const std::int64_t objects = of_kept ? small(figures).kept_bytes : small(figures).peak_bytes;
            if ((of_kept || parts_are_known(figures)) && as_good_as(guess, places) && objects * 2 >= places)
            {
                verdict.missed = "objects";
                verdict.because = "That is about what the large blocks take (" + report::human_bytes(places) +
                                  "), such as a list's places. The small objects are another " +
                                  report::human_bytes(objects) + ".";
            }
        }

        // Only where nearly all of the small objects that were made stood at the same time.
        void missed_eight_bytes(std::int64_t guess, const report::Figures& figures, Verdict& verdict)
        {
            const std::int64_t count = small(figures).allocated_blocks;
            const bool stood_together = small(figures).peak_bytes * 20 >= small(figures).allocated_bytes * 19;
            if (count >= 1000 && stood_together && as_good_as(guess, 8 * count))
            {
                verdict.missed = "eight_byte_numbers";
                verdict.because = "That is 8 bytes for each of " + report::count(count) + " objects. One takes " +
                                  report::count(small(figures).peak_bytes / count) +
                                  " on average: an int takes 28 to 32, and whatever holds it needs a place for it as well.";
            }
        }

        void missed_other_figure(std::int64_t guess, const report::Figures& figures, bool of_kept, Verdict& verdict)
        {
            if (figures.peak_bytes * 2 < figures.kept_bytes * 3 || figures.kept_bytes < 0)
            {
                return;
            }
            if (!of_kept && figures.kept_bytes >= worth_explaining_bytes && as_good_as(guess, figures.kept_bytes))
            {
                verdict.missed = "temporary";
                verdict.because = "That is what it kept. While it ran, something temporary, such as a copy, took another " +
                                  report::human_bytes(figures.peak_bytes - figures.kept_bytes) + ".";
            }
            else if (of_kept && as_good_as(guess, figures.peak_bytes))
            {
                verdict.missed = "freed_again";
                verdict.because = "That is what it needed while it ran; the rest was freed again.";
            }
        }

        void missed_unit(std::int64_t guess, Verdict& verdict)
        {
            for (const double factor : {1e3, 1e6})
            {
                if (within(ratio_of(guess, verdict.measured_bytes) * factor, right_within) ||
                    within(ratio_of(guess, verdict.measured_bytes) / factor, right_within))
                {
                    verdict.missed = "unit";
                    verdict.because = "The digits are right, the unit is not: 1 MB is 1,000 kB, and 1 kB is 1,000 B.";
                }
            }
        }
    }

    Verdict judge(const Guess& guess, const report::Figures& figures)
    {
        Verdict verdict;
        verdict.measured_bytes = guess.of_kept ? figures.kept_bytes : figures.peak_bytes;
        const std::int64_t bytes = guess.amount->bytes;
        verdict.ratio = bytes == verdict.measured_bytes ? 1 : ratio_of(bytes, verdict.measured_bytes);
        verdict.closeness = closeness_of(guess, verdict.measured_bytes, verdict.ratio);
        const bool covered = std::max(bytes, verdict.measured_bytes) <= next_to_nothing_bytes ||
                             (guess.amount->is_bound && verdict.measured_bytes < bytes);
        verdict.only_nearest =
            verdict.closeness == Closeness::right && guess.is_choice && !covered && !within(verdict.ratio, choice_within);
        const bool is_off = verdict.closeness == Closeness::too_small || verdict.closeness == Closeness::too_large;
        if (!is_off || std::max(bytes, verdict.measured_bytes) < worth_explaining_bytes || bytes == 0)
        {
            return verdict;
        }
        missed_objects(bytes, figures, guess.of_kept, verdict);
        if (verdict.missed.empty())
        {
            missed_other_figure(bytes, figures, guess.of_kept, verdict);
        }
        if (verdict.missed.empty())
        {
            missed_eight_bytes(bytes, figures, verdict);
        }
        // A choice or a bound was not written down from a reckoning, so its digits say nothing.
        if (verdict.missed.empty() && !guess.is_choice && !guess.amount->is_bound)
        {
            missed_unit(bytes, verdict);
        }
        return verdict;
    }

    const char* to_string(Closeness closeness)
    {
        static const char* const names[] = {"right", "near", "too_small", "too_large"};
        return names[static_cast<std::size_t>(closeness)];
    }
}
