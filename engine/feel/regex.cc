#include "engine/feel/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <map>
#include <mutex>

#include "engine/base/text.h"

namespace anjuan::feel {

namespace {

constexpr size_t kLongestPattern = 4096;

struct Flags {
  std::uint32_t options = 0;
  bool spaces_ignored = false;
  bool dot_is_all = false;
  bool literal = false;
};

std::optional<Flags> ReadFlags(std::string_view text) {
  Flags out;
  for (const char c : text) {
    switch (c) {
      case 's':
        out.dot_is_all = true;
        break;
      case 'm':
        out.options |= PCRE2_MULTILINE;
        break;
      case 'i':
        out.options |= PCRE2_CASELESS;
        break;
      case 'x':
        out.spaces_ignored = true;
        break;
      case 'q':
        out.literal = true;
        break;
      default:
        return std::nullopt;
    }
  }
  if (out.literal) out.options &= ~std::uint32_t{PCRE2_MULTILINE};
  return out;
}

// Patterns come from definitions, so there are few; a text that makes them up empties the store.
struct Store {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const Regex>, std::less<>> known;
};
Store& TheStore() {
  static Store& store = *new Store;
  return store;
}

}  // namespace

std::shared_ptr<const Regex> Regex::Compile(std::string_view pattern, std::string_view flags,
                                            Mistake& mistake) {
  std::string key = StrCat(flags, "/", pattern);
  Store& store = TheStore();
  {
    const std::lock_guard lock(store.mutex);
    const auto it = store.known.find(key);
    if (it != store.known.end()) return it->second;
  }
  if (pattern.size() > kLongestPattern) {
    mistake.text = "a pattern is at most 4096 bytes long";
    return nullptr;
  }
  const auto read = ReadFlags(flags);
  if (!read) {
    mistake.text = StrCat("the flags are s, m, i, x and q, not \"", flags, "\"");
    return nullptr;
  }
  std::shared_ptr<Regex> out(new Regex);
  std::string translated(pattern);
  std::uint32_t options = PCRE2_UTF | read->options;
  if (read->literal) {
    options |= PCRE2_LITERAL;
  } else {
    auto text = TranslatePattern(pattern, read->spaces_ignored, read->dot_is_all, out->group_count_,
                                 mistake);
    if (!text) return nullptr;
    translated = *std::move(text);
    options |= PCRE2_DOLLAR_ENDONLY | PCRE2_UCP;
  }
  const std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)> context(
      pcre2_compile_context_create(nullptr), &pcre2_compile_context_free);
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(context.get(), 250);
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(
      reinterpret_cast<PCRE2_SPTR>(translated.data()),  // NOLINT: the library's bytes are unsigned
      translated.size(), options, &error, &offset, context.get());
  if (code == nullptr) {
    char buffer[128] = {};
    pcre2_get_error_message(error, reinterpret_cast<PCRE2_UCHAR*>(buffer),  // NOLINT: as above
                            sizeof buffer);
    mistake.text = buffer;
    return nullptr;
  }
  out->code_ =
      std::shared_ptr<void>(code, [](void* p) { pcre2_code_free(static_cast<pcre2_code*>(p)); });
  const std::lock_guard lock(store.mutex);
  constexpr size_t kMostPatterns = 256;
  if (store.known.size() >= kMostPatterns) store.known.clear();
  store.known.emplace(std::move(key), out);
  return out;
}

// The library does not tell what a match took, so it is tried with little first and with ten times
// as much where that did not do: the charge is right within a factor of ten, and repeatable.
Regex::Outcome Regex::Find(std::string_view text, size_t from, Match& match,
                           std::int64_t& cost) const {
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  const std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)> context(
      pcre2_match_context_create(nullptr), &pcre2_match_context_free);
  const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(
      pcre2_match_data_create_from_pattern(code, nullptr), &pcre2_match_data_free);
  pcre2_set_heap_limit(context.get(), 8 << 10);  // KiB
  cost = 0;
  for (const std::uint32_t limit : {100U, 1'000U, 10'000U, 100'000U}) {
    constexpr std::uint32_t kMatchesPerStep = 2;
    cost += limit / kMatchesPerStep;
    pcre2_set_match_limit(context.get(), limit);
    pcre2_set_depth_limit(context.get(), limit);
    const int count = pcre2_match(
        code,
        reinterpret_cast<PCRE2_SPTR>(text.data()),  // NOLINT: the library's bytes are unsigned
        text.size(), from, from > 0 ? PCRE2_NO_UTF_CHECK : 0, data.get(), context.get());
    if (count == PCRE2_ERROR_NOMATCH) return Outcome::kNone;
    if (count == PCRE2_ERROR_MATCHLIMIT || count == PCRE2_ERROR_DEPTHLIMIT ||
        count == PCRE2_ERROR_HEAPLIMIT) {
      continue;
    }
    if (count < 0) return Outcome::kBadText;
    const PCRE2_SIZE* places = pcre2_get_ovector_pointer(data.get());
    match.groups.clear();
    for (size_t i = 0; i <= group_count_; ++i) {
      const bool took_part = static_cast<int>(i) < count && places[2 * i] != PCRE2_UNSET;
      match.groups.emplace_back(took_part ? places[2 * i] : 0, took_part ? places[2 * i + 1] : 0);
    }
    return Outcome::kFound;
  }
  return Outcome::kTooCostly;
}

}  // namespace anjuan::feel
