// The numbers that name enterprises, persons and telephones, checked as the standards say.
//
// Source:  GB 32100-2015 (统一社会信用代码), GB 11714 (组织机构代码), GB 11643-1999 (公民身份号码).
// Errors:  the ...Mistake functions say in Chinese what a clerk should look at; "" means right.
//          Nothing here asks a register: a number can be well-formed and belong to nobody.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/temporal.h"

namespace anjuan {

// 18 characters with right check character, the organisation code inside it (positions 9 to 17)
// included. Capital letters only: the code is compared as text everywhere.
std::string CreditCodeMistake(std::string_view text);
bool IsCreditCode(std::string_view text);

// Nine characters without hyphen, the last one a check character.
std::string OrganisationCodeMistake(std::string_view text);
bool IsOrganisationCode(std::string_view text);

struct CitizenId {
  Date birth;
  bool male = false;
};
// 18 digits (the last may be X) with a real birth date from 1850 on. The area code is not looked
// up: it may be that of a county long merged, and samples use the unassigned 999999.
std::string CitizenIdMistake(std::string_view text);
std::optional<CitizenId> ParseCitizenId(std::string_view text);
bool IsCitizenId(std::string_view text);

// A mobile number (13800000000) or a landline with area code (0730-8880000, 0730-8880000-12).
bool IsPhone(std::string_view text);

}  // namespace anjuan
