// Rounding is done in integers, so that a figure at the edge of a unit reads the same on every machine; fmt, because
// printf would follow a locale that the learner's code may have set.
#include "report/numbers.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace xmemory::report
{
    namespace
    {
        const std::string space = "\u00a0";
        const std::string minus = "\u2212";

        std::uint64_t magnitude(std::int64_t number)
        {
            return number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
        }

        std::string with_sign(std::int64_t number, const std::string& digits)
        {
            return number < 0 ? minus + digits : digits;
        }

        std::string grouped(std::uint64_t number)
        {
            std::string digits = std::to_string(number);
            for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
                digits.insert(static_cast<std::size_t>(at), ",");
            return digits;
        }

        // number / unit with three digits, or empty where that would round to 1000 and the next unit is due.
        std::string three_digits(std::uint64_t number, std::uint64_t unit)
        {
            const auto rounded = [&](std::uint64_t step) { return (number + step / 2) / step; };
            if (const auto hundredths = rounded(unit / 100); hundredths < 1000)
                return fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
            if (const auto tenths = rounded(unit / 10); tenths < 1000)
                return fmt::format("{}.{}", tenths / 10, tenths % 10);
            const auto whole = rounded(unit);
            return whole < 1000 ? std::to_string(whole) : std::string();
        }

        std::string three_digits(double number)
        {
            if (number < 9.995)
                return fmt::format("{:.2f}", number);
            if (number < 99.95)
                return fmt::format("{:.1f}", number);
            return grouped(static_cast<std::uint64_t>(std::llround(number)));
        }
    }

    std::string human_bytes(std::int64_t bytes)
    {
        const std::uint64_t number = magnitude(bytes);
        if (number < 1000)
            return with_sign(bytes, std::to_string(number) + space + "B");
        std::uint64_t unit = 1000;
        for (const char* name : {"kB", "MB", "GB", "TB", "PB"})
        {
            if (const std::string digits = three_digits(number, unit); !digits.empty())
                return with_sign(bytes, digits + space + name);
            unit *= 1000;
        }
        return with_sign(bytes, three_digits(number, unit) + space + "EB");
    }

    std::string short_bytes(std::int64_t bytes)
    {
        std::string text = human_bytes(bytes);
        const auto point = text.find('.');
        if (point == std::string::npos)
        {
            return text;
        }
        std::size_t end = text.find_first_not_of("0123456789", point + 1);
        std::size_t keep = end;
        while (text[keep - 1] == '0')
        {
            --keep;
        }
        keep -= text[keep - 1] == '.' ? 1 : 0;
        return text.erase(keep, end - keep);
    }

    std::string exact_bytes(std::int64_t bytes) { return count(bytes) + space + "B"; }

    std::string count(std::int64_t number) { return with_sign(number, grouped(magnitude(number))); }

    std::string human_seconds(double seconds)
    {
        if (!std::isfinite(seconds) || seconds > 1e12)
            return "unknown";
        if (seconds <= 0)
            return "0" + space + "s";
        // Whole milliseconds from ten on: what lies below them changes with every run.
        if (seconds >= 0.9995)
            return three_digits(seconds) + space + "s";
        if (seconds >= 0.00995)
            return fmt::format("{:.0f}{}ms", seconds * 1e3, space);
        if (seconds >= 0.0009995)
            return fmt::format("{:.1f}{}ms", seconds * 1e3, space);
        if (seconds >= 0.0000009995)
            return three_digits(seconds * 1e6) + space + "µs";
        return fmt::format("{:.0f}{}ns", seconds * 1e9, space);
    }

    std::string percent(double share)
    {
        if (!std::isfinite(share))
            return "unknown";
        if (share > 0 && share < 0.01)
            return "under 1" + space + "%";
        // All of it is said only where it is all of it.
        if (share >= 0.995 && share < 1)
            return "over 99" + space + "%";
        const std::int64_t whole = std::llround(share * 100);
        return count(whole) + space + "%";
    }

    std::string mebibytes(std::int64_t bytes)
    {
        constexpr std::uint64_t mebibyte = 1024 * 1024;
        const std::uint64_t number = magnitude(bytes);
        const std::uint64_t hundredths = number / mebibyte * 100 + (number % mebibyte * 100 + mebibyte / 2) / mebibyte;
        const std::uint64_t tenths = (hundredths + 5) / 10;
        const std::uint64_t whole = (number + mebibyte / 2) / mebibyte;
        std::string digits = grouped(whole);
        if (hundredths < 1000)
            digits = fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
        else if (tenths < 1000)
            digits = fmt::format("{}.{}", tenths / 10, tenths % 10);
        return with_sign(bytes, digits + space + "MiB");
    }
}
