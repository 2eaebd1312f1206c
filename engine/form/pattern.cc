#include "engine/form/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>

#include "engine/base/text.h"

namespace anjuan::form {

namespace {

constexpr std::uint32_t kMatchLimit = 100'000;
constexpr std::uint32_t kHeapLimitKibibytes = 4096;
constexpr size_t kLongestPattern = 1000;

PCRE2_SPTR Units(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.data());
}

struct MatchDataDeleter {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct MatchContextDeleter {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

}  // namespace

struct Pattern::Code {
  explicit Code(pcre2_code* compiled) : pcre(compiled) {}
  ~Code() { pcre2_code_free(pcre); }
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  pcre2_code* pcre;
};

Result<Pattern> Pattern::Compile(std::string_view text) {
  if (text.size() > kLongestPattern) {
    return Fail("form.pattern", StrCat("a pattern of more than ", kLongestPattern, " bytes"));
  }
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code =
      pcre2_compile(Units(text), text.size(), PCRE2_UTF | PCRE2_UCP, &error, &offset, nullptr);
  if (code != nullptr) return Pattern(std::make_shared<const Code>(code));
  std::array<PCRE2_UCHAR, 256> buffer = {};
  pcre2_get_error_message(error, buffer.data(), buffer.size());
  return Fail("form.pattern",
              StrCat("the pattern \"", text, "\" is wrong at character ", offset + 1, ": ",
                     std::string(reinterpret_cast<const char*>(buffer.data()))));
}

bool Pattern::Matches(std::string_view subject) const {
  const std::unique_ptr<pcre2_match_data, MatchDataDeleter> data(
      pcre2_match_data_create_from_pattern(code_->pcre, nullptr));
  const std::unique_ptr<pcre2_match_context, MatchContextDeleter> context(
      pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(context.get(), kMatchLimit);
  pcre2_set_heap_limit(context.get(), kHeapLimitKibibytes);
  return pcre2_match(code_->pcre, Units(subject), subject.size(), 0, 0, data.get(),
                     context.get()) >= 0;
}

}  // namespace anjuan::form
