// Text as it may stand in XML and HTML that is written by hand, without a tree.
#pragma once

#include <string>
#include <string_view>

namespace anjuan {

inline constexpr std::string_view kMarkup = "&<>";          // between tags
inline constexpr std::string_view kQuotedMarkup = "&<>\"";  // between double quotes as well

// `text` with the characters of `which` as references: & < > " by name, others by number. What XML
// cannot hold at all is the caller's to refuse.
std::string EscapeXml(std::string_view text, std::string_view which = kQuotedMarkup);

}  // namespace anjuan
