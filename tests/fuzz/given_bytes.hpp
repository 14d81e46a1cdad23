// Bytes that a fuzzer gives, taken one after the other as numbers and text; when they run out, all is zero and empty.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace xmemory::fuzz
{
    class GivenBytes
    {
    public:
        GivenBytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

        bool empty() const { return size_ == 0; }

        template <typename Number>
        Number number()
        {
            Number value{};
            const std::size_t bytes = std::min(size_, sizeof value);
            std::memcpy(&value, data_, bytes);
            skip(bytes);
            return value;
        }

        int below(int limit) { return number<std::uint8_t>() % limit; }

        std::string text(std::size_t most = 64) { return exactly(std::min<std::size_t>(number<std::uint8_t>(), most)); }

        std::string rest() { return exactly(size_); }

    private:
        std::string exactly(std::size_t bytes)
        {
            bytes = std::min(bytes, size_);
            const std::string taken(reinterpret_cast<const char*>(data_), bytes);
            skip(bytes);
            return taken;
        }

        void skip(std::size_t bytes)
        {
            data_ += bytes;
            size_ -= bytes;
        }

        const std::uint8_t* data_;
        std::size_t size_;
    };
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// What has to hold for every input; a fuzzer takes the end of the process for a find.
#define HOLDS(condition) ((condition) ? void(0) : __builtin_trap())
