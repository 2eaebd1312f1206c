#include "engine/feel/text.h"

#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/source.h"
#include "engine/feel/types.h"

namespace anjuan::feel {

namespace {

// The offset of the brace that closes the expression beginning at `begin`; strings, names in
// backquotes and contexts inside it may hold braces of their own.
std::optional<size_t> FindClose(std::string_view text, size_t begin) {
  int open = 0;
  for (size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '`') {
      for (++i; i < text.size() && text[i] != c; ++i) {
        if (c == '"' && text[i] == '\\') ++i;
      }
    } else if (c == '{') {
      ++open;
    } else if (c == '}') {
      if (open == 0) return i;
      --open;
    }
  }
  return std::nullopt;
}

class TextReader {
 public:
  TextReader(std::string_view text, const Scope& scope, const Location& at)
      : text_(text), scope_(scope), at_(at) {}

  Result<TextTemplate> Read() {
    while (offset_ < text_.size()) ReadNext();
    Flush();
    if (!problems_.empty()) return Unexpected{std::move(problems_)};
    return std::move(out_);
  }

 private:
  void ReadNext() {
    const std::string_view rest = text_.substr(offset_);
    if (rest.starts_with("{{") || rest.starts_with("}}")) {
      literal_ += rest.front();
      offset_ += 2;
    } else if (rest.front() == '{') {
      ReadExpression();
    } else if (rest.front() == '}') {
      Report("this } closes nothing", "write }} for the brace itself");
      ++offset_;
    } else {
      literal_ += rest.front();
      ++offset_;
    }
  }

  void ReadExpression() {
    const auto close = FindClose(text_, offset_ + 1);
    if (!close) {
      Report("this { is never closed", "write {{ for the brace itself");
      offset_ = text_.size();
      return;
    }
    const size_t begin = offset_ + 1;
    auto expression =
        Compile(text_.substr(begin, *close - begin), scope_, Place(text_, at_, begin));
    offset_ = *close + 1;
    if (!expression) {
      Append(problems_, std::move(expression.error()));
      return;
    }
    RequireShowable(*expression, {begin, *close});
    Flush();
    out_.pieces.emplace_back(*std::move(expression));
  }

  void RequireShowable(const Expression& expression, Span span) {
    const Type* type = &expression.type();
    while (type->base == Type::Base::kList && type->element != nullptr) type = type->element.get();
    const bool shown = type->base != Type::Base::kContext && type->base != Type::Base::kRange &&
                       type->base != Type::Base::kFunction && type->base != Type::Base::kNull;
    if (shown) return;
    std::string hint;
    if (type->fields != nullptr && !type->fields->empty()) {
      std::vector<std::string> names;
      for (const auto& [name, field] : *type->fields) names.push_back(name);
      hint = StrCat("name one of its fields: ", anjuan::Join(names, ", "));
    }
    problems_.push_back(Problem(
        text_, at_, span, "feel.type",
        StrCat(Quote(text_, span), " is ", Describe(*type), " and cannot stand in a text"), hint));
  }

  void Flush() {
    if (!literal_.empty()) out_.pieces.emplace_back(std::exchange(literal_, ""));
  }

  void Report(std::string message, std::string hint) {
    problems_.push_back(Problem(text_, at_, {offset_, offset_ + 1}, "feel.syntax",
                                std::move(message), std::move(hint)));
  }

  std::string_view text_;
  const Scope& scope_;
  const Location& at_;
  size_t offset_ = 0;
  std::string literal_;
  TextTemplate out_;
  Diagnostics problems_;
};

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

// 9时30分; seconds only where there are any.
std::string ClockText(const Time& time) {
  const std::int64_t seconds = time.nanos / kNanosPerSecond;
  std::string out = StrCat(seconds / 3600, "时");
  if (seconds % 3600 != 0) out += StrCat(seconds / 60 % 60, "分");
  if (seconds % 60 != 0) out += StrCat(seconds % 60, "秒");
  return out;
}

// On the clock of Beijing, where the clerk sits.
DateTime InBeijing(const DateTime& at) {
  if (!at.time.zone.given || at.time.zone.offset_s == kBeijingOffsetS) return at;
  const std::int64_t shift = kBeijingOffsetS - at.time.zone.offset_s;
  const std::int64_t day = 86'400 * kNanosPerSecond;
  const std::int64_t nanos = at.time.nanos + shift * kNanosPerSecond;
  const std::int64_t days = nanos < 0 ? -1 : nanos / day;
  return {AddDays(at.date, days), Time{nanos - days * day, {}}};
}

std::string MonthsText(const MonthsDuration& duration) {
  const std::int64_t months = duration.months < 0 ? -duration.months : duration.months;
  std::string out = duration.months < 0 ? "负" : "";
  if (months / 12 != 0) out += StrCat(months / 12, "年");
  if (months % 12 != 0 || months == 0) out += StrCat(months % 12, "个月");
  return out;
}

std::string DaysText(const DaysDuration& duration) {
  const std::int64_t seconds = duration.seconds < 0 ? -duration.seconds : duration.seconds;
  std::string out = duration.seconds < 0 ? "负" : "";
  if (seconds / 86'400 != 0) out += StrCat(seconds / 86'400, "日");
  if (seconds / 3600 % 24 != 0) out += StrCat(seconds / 3600 % 24, "小时");
  if (seconds / 60 % 60 != 0) out += StrCat(seconds / 60 % 60, "分钟");
  if (seconds % 60 != 0) out += StrCat(seconds % 60, "秒");
  return seconds == 0 ? "0日" : out;
}

Result<std::string> ListText(const List& list) {
  std::string out;
  for (size_t i = 0; i < list.size(); ++i) {
    Result<std::string> item = Display(list[i]);
    if (!item) {
      for (Diagnostic& problem : item.error()) {
        problem.message = StrCat("item ", i + 1, " of the list: ", problem.message);
      }
      return item;
    }
    if (i > 0) out += "、";
    out += *item;
  }
  return out;
}

}  // namespace

Result<TextTemplate> CompileText(std::string_view text, const Scope& scope, const Location& at) {
  return TextReader(text, scope, at).Read();
}

Result<std::string> Display(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return Fail("feel.null", "there is no value to print");
    case Kind::kBoolean:
      return std::string(*value.boolean() ? "是" : "否");
    case Kind::kNumber:
      return value.number()->ToString();
    case Kind::kString:
      return *value.string();
    case Kind::kDate:
      return ToChinese(*value.date());
    case Kind::kTime:
      return ClockText(*value.time());
    case Kind::kDateTime: {
      const DateTime at = InBeijing(*value.date_time());
      return StrCat(ToChinese(at.date), ClockText(at.time));
    }
    case Kind::kMonthsDuration:
      return MonthsText(*value.months());
    case Kind::kDaysDuration:
      return DaysText(*value.days());
    case Kind::kList:
      return ListText(*value.list());
    case Kind::kContext:
    case Kind::kRange:
    case Kind::kFunction:
      return Fail("feel.type", StrCat("a ", KindName(value.kind()), " cannot be printed"));
  }
  return Fail("feel.type", "this cannot be printed");
}

Result<std::string> Fill(const TextTemplate& text, std::span<const Value> variables, Host& host) {
  std::string out;
  Diagnostics problems;
  for (const TextTemplate::Piece& piece : text.pieces) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      out += *literal;
      continue;
    }
    const auto& expression = std::get<Expression>(piece);
    Result<Value> value = Evaluate(expression, variables, host);
    if (!value) {
      Append(problems, std::move(value.error()));
      continue;
    }
    Result<std::string> shown = Display(*value);
    if (shown) {
      out += *shown;
      continue;
    }
    for (Diagnostic& problem : shown.error()) {
      problem.message = StrCat("{", Trim(expression.text()), "}: ", problem.message);
      problem.at = expression.at();
      problem.length = static_cast<int>(CountCodePoints(expression.text()));
      problems.push_back(std::move(problem));
    }
  }
  if (!problems.empty()) return Unexpected{std::move(problems)};
  return out;
}

}  // namespace anjuan::feel
