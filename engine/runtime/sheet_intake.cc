#include "engine/runtime/sheet_intake.h"

#include <algorithm>
#include <set>

#include "engine/base/text.h"
#include "engine/feel/feel.h"
#include "engine/form/statistics.h"
#include "engine/runtime/form_rows.h"
#include "engine/runtime/records.h"
#include "engine/runtime/sheet_rows.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

namespace {

form::CellType CellTypeOf(doc::SheetType type) {
  switch (type) {
    case doc::SheetType::kText:
    case doc::SheetType::kTarget:
      return form::CellType::kText;
    case doc::SheetType::kCode:
      return form::CellType::kCode;
    case doc::SheetType::kNumber:
    case doc::SheetType::kMoney:
      return form::CellType::kNumber;
    case doc::SheetType::kInteger:
      return form::CellType::kInteger;
    case doc::SheetType::kDate:
      return form::CellType::kDate;
    case doc::SheetType::kMonth:
      return form::CellType::kMonth;
    case doc::SheetType::kMoment:
      return form::CellType::kMoment;
    case doc::SheetType::kPeriod:
      return form::CellType::kPeriod;
    case doc::SheetType::kBoolean:
      return form::CellType::kBoolean;
    case doc::SheetType::kChoice:
      return form::CellType::kChoice;
    case doc::SheetType::kChoices:
      return form::CellType::kChoices;
    case doc::SheetType::kCitizenId:
      return form::CellType::kCitizenId;
    case doc::SheetType::kCreditCode:
      return form::CellType::kCreditCode;
    case doc::SheetType::kPhone:
      return form::CellType::kPhone;
    case doc::SheetType::kRegion:
      return form::CellType::kReference;
  }
  return form::CellType::kText;
}

form::Choice ChoiceOf(const std::string& value, const std::string& label,
                      const std::string& suffix = "") {
  form::Choice choice;
  choice.value = value;
  choice.label = label;
  choice.words = {form::Narrow(label)};
  if (!suffix.empty() && label.ends_with(suffix)) {
    choice.words.push_back(form::Narrow(label.substr(0, label.size() - suffix.size())));
  }
  return choice;
}

form::ListColumn ListColumnOf(const doc::SheetDescription& sheet, const doc::SheetColumn& column,
                              const FormReading& how) {
  form::ListColumn out;
  out.key = column.key;
  out.as = column.key;
  out.label = Join(column.path, "/");
  out.synonyms = {out.label};
  const auto same = [&](const doc::SheetColumn& other) { return other.label == column.label; };
  if (std::ranges::count_if(sheet.columns, same) == 1) out.synonyms.push_back(column.label);
  out.type = CellTypeOf(column.type);
  out.required = column.required;
  const bool counts =
      column.type == doc::SheetType::kInteger || column.type == doc::SheetType::kMoney;
  out.min = counts && !column.min ? Decimal(0) : column.min;
  out.max = column.max;
  constexpr size_t kLongestText = 4000;
  out.min_length = static_cast<size_t>(std::max(0, column.min_length));
  out.max_length = column.max_length > 0 ? static_cast<size_t>(column.max_length) : kLongestText;
  if (column.not_after_today) out.latest = how.today;
  out.of = "region";
  if (column.key == sheet.row_label_column) {
    out.type = form::CellType::kChoice;
    for (const doc::SheetFixedRow& row : sheet.fixed_rows) {
      out.values.push_back(ChoiceOf(row.key, row.label));
    }
    return out;
  }
  for (const std::string& choice : column.choices) {
    out.values.push_back(ChoiceOf(choice, choice, column.suffix));
  }
  // A choice whose words nobody laid down takes any.
  const bool any = out.values.empty() &&
                   (out.type == form::CellType::kChoice || out.type == form::CellType::kChoices);
  if (any) out.type = form::CellType::kText;
  return out;
}

form::ListDescription ListOf(const doc::SheetDescription& sheet, const FormReading& how) {
  form::ListDescription out;
  out.id = sheet.id;
  out.title = sheet.title;
  out.unique = sheet.unique;
  if (!sheet.row_label_column.empty()) out.unique.push_back({sheet.row_label_column});
  out.ignored = {"序号", "序", "No.", "#"};
  out.totals = {"合计", "总计", "小计", "共计"};
  out.footers = {"填表人",           "填报人",       "制表人",   "经办人",   "审核人",
                 "负责人",           "填表日期",     "填报日期", "填报单位", "报送单位",
                 "填报单位（盖章）", "单位（盖章）", "注",       "备注",     "说明"};
  for (const doc::SheetColumn& column : sheet.columns) {
    if (column.numbered) {
      out.ignored.insert(out.ignored.end(), {column.label, column.key});
    } else {
      out.columns.push_back(ListColumnOf(sheet, column, how));
    }
  }
  for (const std::string& line : sheet.signatures) {
    out.footers.push_back(line.substr(0, line.find("：")));
  }
  for (const std::string& note : sheet.footnotes) out.footers.push_back(note);
  return out;
}

class FormReader {
 public:
  FormReader(Office& office, port::Reader& reader, const StoredSheet& stored, FormFile file,
             const FormReading& how)
      : office_(office),
        reader_(reader),
        stored_(stored),
        sheet_(stored.description),
        file_(std::move(file)),
        how_(how) {
    out_.id = sheet_.id;
  }

  Result<FilledForm> Read() {
    if (sheet_.body == doc::SheetDescription::Body::kGiven) {
      return Fail(
          {.code = "form.kind",
           .message = StrCat("“", sheet_.id, " ", sheet_.title, "”是下发的表，内容固定，不用回报"),
           .at = {.file = file_.name, .line = 0, .column = 0}});
    }
    form::ListDescription list = ListOf(sheet_, how_);
    Result<ListSource> source = Open(list);
    if (!source) return Unexpected{source.error()};
    FormRows rows(*source->rows, sheet_);
    form::ListReading reading;
    reading.matched = [&](const form::ListMatch& match) { Match(list, match); };
    reading.take = [&](form::ListRow row) { taken_.push_back(std::move(row)); };
    const form::ReferenceTable references = ReferencesOf(*office_.registers());
    const Result<form::ListSummary> read =
        form::ReadList(list, rows, references, file_.name, reading);
    tab_ = rows.sheet();
    CheckTitle(rows);
    if (!read) Append(mistakes_, read.error());
    CheckRows();
    CheckArithmetic();
    if (!read) return Unexpected{std::move(mistakes_)};
    for (const Diagnostic& warning : read->warnings) {
      // Sums, signatures and further heads belong to a form.
      if (warning.code != "list.skipped") out_.warnings.push_back(warning);
    }
    Place(rows);
    CheckTotals(rows);
    if (HasError(mistakes_)) return Unexpected{std::move(mistakes_)};
    Append(out_.warnings, std::move(mistakes_));
    out_.unit = rows.unit();
    out_.count = static_cast<int>(taken_.size());
    return std::move(out_);
  }

 private:
  Result<ListSource> Open(const form::ListDescription& list) {
    const size_t first = file_.bytes.find_first_not_of(" \t\r\n");
    const bool json =
        first != std::string::npos && (file_.bytes[first] == '{' || file_.bytes[first] == '[');
    if (!json) {
      return OpenList(list, std::move(file_.bytes), file_.name, how_.sheet_reader, how_.sheet);
    }
    const Result<Value> value = ReadJson(file_.bytes, file_.name);
    if (!value) return Unexpected{value.error()};
    Result<std::unique_ptr<form::RowSource>> rows = JsonRows(sheet_, *value, file_.name);
    if (!rows) return Unexpected{rows.error()};
    ListSource source;
    source.rows = std::move(*rows);
    return source;
  }

  void Match(const form::ListDescription& list, const form::ListMatch& match) {
    head_ = match.first_row;
    for (const form::ListMatch::Column& column : match.columns) {
      if (column.column) position_[list.columns[*column.column].key] = column.position;
    }
  }

  void Mistake(int row, const std::string& key, std::string code, std::string_view message,
               Severity severity = Severity::kError, std::string hint = "") {
    const auto found = position_.find(key);
    const size_t column = found == position_.end() ? 0 : found->second;
    const std::optional<size_t> described = sheet_.FindColumn(key);
    const std::string name =
        described ? StrCat("（", Join(sheet_.columns[*described].path, "/"), "）") : "";
    mistakes_.push_back(
        {.severity = severity,
         .code = std::move(code),
         .message = StrCat(form::CellAddress(tab_, row, column), name, "：", message),
         .at = {.file = file_.name, .line = row, .column = static_cast<int>(column) + 1},
         .hint = std::move(hint)});
  }

  // The form says in its title what it is; two forms may have the same columns.
  void CheckTitle(const FormRows& rows) {
    std::string above;
    for (const auto& [row, text] : rows.lines()) {
      if (head_ == 0 || row < head_) above += StrCat(form::Narrow(text), "\n");
    }
    const auto says = [&](std::string_view title) {
      const std::string narrow = form::Narrow(WithoutBlank(title));
      return !narrow.empty() && above.find(narrow) != std::string::npos;
    };
    const bool chosen = sheet_.id.find('.') != std::string::npos;
    for (const doc::SheetUse& use : sheet_.uses) {
      if (!says(use.title)) continue;
      const std::string id = StrCat(sheet_.id.substr(0, sheet_.id.find('.')), ".", use.key);
      if (!chosen || id == sheet_.id) {
        out_.id = id;
        return;
      }
      Other(id, use.title);
      return;
    }
    if (says(sheet_.title)) return;
    ScanRegister(reader_, "sheet", [&](const std::string& id, const Value& body) {
      const Result<Value> json = ReadJson(*body["text"].string(), id);
      const std::string* title = json ? (*json)["title_zh"].string() : nullptr;
      if (title == nullptr || id == sheet_.id.substr(0, sheet_.id.find('.'))) return;
      if (says(*title)) Other(id, *title);
    });
  }

  void Other(const std::string& id, std::string_view title) {
    mistakes_.push_back({.code = "form.title",
                         .message = StrCat("这份表的标题是“", title, "”（", id, "），不是“",
                                           WithoutBlank(sheet_.title), "”（", sheet_.id, "）"),
                         .at = {.file = file_.name, .line = 1, .column = 1},
                         .hint = StrCat("请核对文件，或按", id, "导入")});
  }

  // What the description asks of each row.
  void CheckRows() {
    feel::Scope scope;
    for (const doc::SheetColumn& column : sheet_.columns) {
      scope.DeclareVariable(column.key, Type::Any());
    }
    for (const doc::SheetCheck& check : sheet_.checks) {
      const Result<feel::Expression> test = feel::Compile(check.test, scope, check.at);
      if (!test) {
        Append(mistakes_, test.error());
        continue;
      }
      for (const form::ListRow& row : taken_) {
        std::vector<Value> values;
        for (const doc::SheetColumn& column : sheet_.columns) {
          const Value* value = row.data.Find(column.key);
          values.push_back(value == nullptr ? Value() : *value);
        }
        const Result<Value> holds = feel::Evaluate(*test, values, feel::NoHost());
        if (!holds) {
          Append(mistakes_, holds.error());
        } else if (*holds != Value(true)) {
          Mistake(row.number, check.column, "form.check", check.message,
                  check.warning ? Severity::kWarning : Severity::kError);
        }
      }
    }
  }

  // What the sheet's counting says of a row's numbers.
  void CheckArithmetic() {
    const auto counting = form::ReadCounting(stored_.text, sheet_.id);
    if (!counting || !*counting || sheet_.row_label_column.empty()) return;
    for (const form::ListRow& row : taken_) {
      form::Counting one = **counting;
      one.rows = {LabelOf(row)};
      std::map<form::Count::Cell, Decimal> numbers;
      for (const auto& [column, value] : row.data.entries()) {
        if (value.number() != nullptr) numbers[{one.rows[0], column}] = *value.number();
      }
      for (const Diagnostic& found : form::Check(one, numbers)) {
        Mistake(row.number, sheet_.row_label_column, found.code, found.message, found.severity);
      }
    }
  }

  std::string LabelOf(const form::ListRow& row) const {
    return *row.data.Find(sheet_.row_label_column)->string();
  }

  void Place(const FormRows& rows) {
    if (sheet_.body != doc::SheetDescription::Body::kFixedRows) {
      for (form::ListRow& row : taken_) out_.rows.push_back(std::move(row.data));
      return;
    }
    for (form::ListRow& row : taken_) {
      const std::string key = LabelOf(row);
      row.data.Erase(sheet_.row_label_column);
      out_.fixed[key] = std::move(row.data);
    }
    for (const doc::SheetFixedRow& row : sheet_.fixed_rows) {
      if (out_.fixed.contains(row.key)) continue;
      Mistake(rows.last_row() + 1, sheet_.row_label_column, "form.row",
              StrCat("缺少“", row.label, "”一行"), Severity::kError, "没有的填0，行不能删");
    }
  }

  // Sums that somebody typed, or that a program did not compute again.
  void CheckTotals(const FormRows& rows) {
    for (const FormRows::Total& total : rows.totals()) {
      for (const std::string& key : sheet_.total_keys) {
        const auto position = position_.find(key);
        if (position == position_.end() || position->second >= total.cells.size()) continue;
        const std::string written = form::Narrow(total.cells[position->second]);
        const std::optional<Decimal> number = Decimal::Parse(written);
        const Decimal sum = SumOf(key);
        if (written.empty() || (number && *number == sum)) continue;
        Mistake(total.row, key, "form.total", StrCat("合计应为", sum.ToString(), "，现为", written),
                Severity::kError, "请用表格软件重新计算后保存，或改正各行");
      }
    }
  }

  Decimal SumOf(const std::string& key) const {
    Decimal sum;
    const auto add = [&](const Context& row) {
      const Value* value = row.Find(key);
      if (value != nullptr && value->number() != nullptr) {
        sum = sum.Add(*value->number()).value_or(sum);
      }
    };
    for (const Context& row : out_.rows) add(row);
    for (const auto& [label, row] : out_.fixed) add(row);
    return sum;
  }

  Office& office_;
  port::Reader& reader_;
  const StoredSheet& stored_;
  const doc::SheetDescription& sheet_;
  FormFile file_;
  const FormReading& how_;
  FilledForm out_;
  std::string tab_;
  int head_ = 0;                            // the heading's first row
  std::map<std::string, size_t> position_;  // of columns in the file
  std::vector<form::ListRow> taken_;
  Diagnostics mistakes_;
};

}  // namespace

std::vector<std::string> SheetIds(port::Reader& reader) {
  std::vector<std::string> out;
  ScanRegister(reader, "sheet", [&](const std::string& id, const Value&) { out.push_back(id); });
  return out;
}

Result<StoredSheet> LoadSheet(port::Reader& reader, std::string_view id) {
  const size_t dot = id.find('.');
  const std::string base(id.substr(0, dot));
  const std::optional<Value> stored = LoadRegister(reader, "sheet", base);
  if (!stored) {
    return Fail({.code = "sheet.none",
                 .message = StrCat("没有表“", base, "”"),
                 .hint = StrCat("现有：", Join(SheetIds(reader), "、"))});
  }
  StoredSheet out;
  out.text = *(*stored)["text"].string();
  const std::string_view use = dot == std::string_view::npos ? "" : id.substr(dot + 1);
  Result<doc::SheetDescription> description =
      doc::ReadSheet(out.text, StrCat("sheets/", base, ".json"), use);
  if (!description) return Unexpected{description.error()};
  out.description = std::move(*description);
  return out;
}

Result<FilledForm> ReadForm(Office& office, port::Reader& reader, const StoredSheet& sheet,
                            FormFile file, const FormReading& how) {
  return FormReader(office, reader, sheet, std::move(file), how).Read();
}

}  // namespace anjuan::runtime
