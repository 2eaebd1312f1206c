// The cells of decision tables in words: 不满60, 60以上、不满80, 企业协商或者行业协商.
//
// 以上、以下 include the number, 不满、超过 do not (民法典 art. 1259). A cell that says more than
// comparisons with literals is told as the FEEL it is.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace anjuan::describe {

// What a value of an enum is called; itself where nobody says.
using ValueName = std::function<std::string(std::string_view)>;

std::string TestsInWords(std::string_view tests, const ValueName& name);  // "": holds always
std::string OutputInWords(std::string_view expression, const ValueName& name);

}  // namespace anjuan::describe
