// Writing the Chinese way: amounts in capitals, and personal numbers with their middle hidden.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/decimal.h"

namespace anjuan {

// 大写金额: 1005.3 -> 壹仟零伍元叁角, 20 -> 贰拾元整, -3.05 -> 负叁元零伍分.
// Source:  正确填写票据和结算凭证的基本规定 (annex 1 of 支付结算办法, 1997), items 1 to 4.
// nullopt: more than two decimals, or ten thousand 万亿 and more.
std::optional<std::string> AmountInCapitals(const Decimal& yuan);

// 430602199001010012 -> 4306**********0012. Anything that is not 18 characters long keeps its first
// and last character only.
std::string MaskId(std::string_view id);

// 13800000000 -> 138****0000, 0730-0010001 -> 0730-***0001. Short or odd texts become all stars
// but for the last two characters.
std::string MaskPhone(std::string_view phone);

}  // namespace anjuan
