#include "magics/limits.hpp"

#include <regex>

#include "magics/command.hpp"
#include "report/characters.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr int quoted_columns = 40;
        constexpr std::size_t longest_line = 1000; // std::regex recurses over a text's length

        [[noreturn]] void refuse(const std::string& why)
        {
            throw UsageError("%%memory check: " + why + " Write limits like this: %%memory check peak<10MB kept<1kB.");
        }

        std::string in_quotes(const std::string& text)
        {
            return "'" + report::cut_to_width(report::visible(text), quoted_columns) + "'";
        }

        std::string names_of_figures()
        {
            std::string names;
            for (const Figure& figure : limited_figures())
            {
                const bool is_last = &figure == &limited_figures().back();
                names += (names.empty() ? "" : is_last ? " and " : ", ") + std::string(figure.name);
            }
            return names;
        }

        const Figure& figure_named(const std::string& name)
        {
            for (const Figure& figure : limited_figures())
            {
                if (name == figure.name || name == figure.field)
                {
                    return figure;
                }
            }
            refuse("there is no figure " + in_quotes(name) + "; there are " + names_of_figures() + ".");
        }

        Limit read_limit(const std::string& name, const std::string& sign, const std::string& amount)
        {
            Limit limit;
            limit.figure = &figure_named(name);
            if (sign != "<" && sign != "<=" && sign != "≤")
            {
                refuse("a limit is the most that is allowed, so write < or <= after " + name + ", not " + sign + ".");
            }
            limit.inclusive = sign != "<";
            const Sign allowed = limit.figure->can_be_below_zero ? Sign::any : Sign::not_below_zero;
            const QuantityRead read = read_quantity(amount, allowed);
            if (!read.quantity || read.quantity->is_bound)
            {
                refuse(amount.empty() ? "there is no amount after " + name + sign + "."
                                      : in_quotes(amount) + " after " + name + sign + " is not an amount.");
            }
            limit.most = *read.quantity;
            if (limit.figure->is_count && limit.most.has_unit && limit.most.bytes != 0)
            {
                refuse(std::string(limit.figure->name) +
                       " are counted, so their limit is a plain number: " + limit.figure->name + "<1_000.");
            }
            if (!limit.inclusive && limit.most.bytes == 0 && !limit.figure->can_be_below_zero)
            {
                refuse("nothing is below 0; write " + name + "<=0.");
            }
            return limit;
        }
    }

    const std::vector<Figure>& limited_figures()
    {
        static const std::vector<Figure> all = {{"peak", "peak_bytes", false, false, "needed %s at its peak"},
                                                {"kept", "kept_bytes", false, false, "kept %s"},
                                                {"net", "net_bytes", false, true, "left %s more in use than before"},
                                                {"allocated", "allocated_bytes", false, false, "allocated %s in all"},
                                                {"allocations", "allocated_blocks", true, false, "made %s allocations"},
                                                {"freed", "freed_bytes", false, false, "freed %s"}};
        return all;
    }

    std::vector<Limit> read_limits(const std::string& text)
    {
        // A name, a sign, and all up to the next name with a sign.
        static const std::regex start("([A-Za-z_]+)\\s*(<=|≤|<|>=|≥|>|==|=|!=|:)\\s*");
        if (text.size() > longest_line)
        {
            refuse("that is too long to be limits.");
        }
        std::vector<Limit> limits;
        std::smatch found;
        std::string rest = text;
        if (!std::regex_search(rest, found, start))
        {
            refuse(rest.find_first_not_of(" \t") == std::string::npos ? "there is no limit."
                                                                      : in_quotes(rest) + " is not a limit.");
        }
        static const std::regex between("[\\s,;&]+");
        if (!std::regex_replace(found.prefix().str(), between, "").empty())
        {
            refuse(in_quotes(found.prefix().str()) + " is not a limit.");
        }
        while (!rest.empty())
        {
            std::regex_search(rest, found, start);
            const std::string name = found[1], sign = found[2], after = found.suffix();
            const bool has_next = std::regex_search(after, found, start);
            std::string amount = has_next ? found.prefix().str() : after;
            rest = has_next ? after.substr(amount.size()) : "";
            amount = std::regex_replace(amount, std::regex("([\\s,;&]|\\s(and|or))+$"), "");
            limits.push_back(read_limit(name, sign, amount));
        }
        return limits;
    }

    std::string shown_limit(const Limit& limit)
    {
        return limit.figure->is_count ? report::count(limit.most.bytes) : shown(limit.most);
    }

    std::string shown_amount(const Figure& figure, std::int64_t measured)
    {
        return figure.is_count ? report::count(measured) : report::human_bytes(measured);
    }
}
