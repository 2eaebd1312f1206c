#include "plugins/xlsx/package.h"

#include <algorithm>
#include <charconv>

#include "engine/base/text.h"

namespace anjuan::xlsx {

namespace {

constexpr size_t kMostTextBytes = size_t{256} << 20;
constexpr size_t kMostSheets = 256;
constexpr size_t kMostFormats = 65'536;
constexpr std::string_view kSaveAs = "请用表格软件打开后另存为“Excel 工作簿（*.xlsx）”再导入";

void ReadPart(const Zip& zip, const std::string& name, XmlHandler& handler) {
  const std::unique_ptr<XmlStream> stream = OpenPart(zip, name, handler);
  while (stream->Pump()) {
  }
}

struct Relationship {
  std::string type;
  std::string target;
};

class RelationshipHandler : public XmlHandler {
 public:
  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship" || attributes.Get("TargetMode") == "External") return;
    found[std::string(attributes.Get("Id"))] = {std::string(attributes.Get("Type")),
                                                std::string(attributes.Get("Target"))};
  }
  void End(std::string_view) override {}
  void Text(std::string_view) override {}
  std::map<std::string, Relationship> found;
};

// "xl/workbook.xml" + "../media/x" -> "media/x"; what would lead outside stays inside.
std::string Resolve(std::string_view base, std::string_view target) {
  std::vector<std::string_view> steps;
  if (!target.starts_with('/')) {
    steps = Split(base, '/');
    steps.pop_back();
  }
  for (const std::string_view step : Split(target, '/')) {
    if (step == "..") {
      if (!steps.empty()) steps.pop_back();
    } else if (!step.empty() && step != ".") {
      steps.push_back(step);
    }
  }
  std::string out;
  for (const std::string_view step : steps) out += StrCat(out.empty() ? "" : "/", step);
  return out;
}

std::map<std::string, Relationship> RelationshipsOf(const Zip& zip, const std::string& part) {
  const size_t slash = part.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : part.substr(0, slash + 1);
  const std::string name = StrCat(folder, "_rels/", part.substr(folder.size()), ".rels");
  RelationshipHandler handler;
  if (zip.Find(name) != nullptr) ReadPart(zip, name, handler);
  for (auto& [id, relationship] : handler.found) {
    relationship.target = Resolve(part, relationship.target);
  }
  return std::move(handler.found);
}

bool IsOf(const Relationship& relationship, std::string_view kind) {
  return relationship.type.ends_with(kind);
}

class WorkbookHandler : public XmlHandler {
 public:
  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr") from_1904 = attributes.Flag("date1904");
    if (name != "sheet" || sheets.size() >= kMostSheets) return;
    const std::string_view state = attributes.Get("state");
    sheets.push_back({.name = std::string(attributes.Get("name")),
                      .hidden = state == "hidden" || state == "veryHidden"});
    ids.emplace_back(attributes.Get("id"));
  }
  void End(std::string_view) override {}
  void Text(std::string_view) override {}
  bool from_1904 = false;
  std::vector<port::SheetInfo> sheets;
  std::vector<std::string> ids;
};

class StylesHandler : public XmlHandler {
 public:
  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "numFmt") {
      codes_[attributes.Number("numFmtId", -1)] = ReadFormatCode(attributes.Get("formatCode"));
    }
    if (name == "cellXfs") inside_ = true;
    if (name != "xf" || !inside_ || formats.size() >= kMostFormats) return;
    const int id = attributes.Number("numFmtId", 0);
    const auto code = codes_.find(id);
    formats.push_back(code == codes_.end() ? BuiltInFormat(id) : code->second);
  }
  void End(std::string_view name) override {
    if (name == "cellXfs") inside_ = false;
  }
  void Text(std::string_view) override {}
  std::vector<NumberFormat> formats;

 private:
  std::map<int, NumberFormat> codes_;
  bool inside_ = false;
};

// Rich runs are joined; phonetic hints (rPh) are no part of the text.
class TextsHandler : public XmlHandler {
 public:
  explicit TextsHandler(TextPool& texts) : texts_(texts) {}
  void Start(std::string_view name, const XmlAttributes&) override {
    if (name == "si") text_.clear();
    if (name == "rPh") phonetic_ = true;
    if (name == "t") inside_ = !phonetic_;
  }
  void End(std::string_view name) override {
    if (name == "rPh") phonetic_ = false;
    if (name == "t") inside_ = false;
    if (name == "si") texts_.Add(WithoutEscapes(text_));
  }
  void Text(std::string_view text) override {
    if (inside_) text_ += text;
  }

 private:
  TextPool& texts_;
  std::string text_;
  bool inside_ = false;
  bool phonetic_ = false;
};

class ContentTypesHandler : public XmlHandler {
 public:
  void Start(std::string_view, const XmlAttributes& attributes) override {
    const std::string type = SmallLetters(attributes.Get("ContentType"));
    macros = macros || type.find("macroenabled") != std::string::npos ||
             type.find("vbaproject") != std::string::npos;
  }
  void End(std::string_view) override {}
  void Text(std::string_view) override {}
  bool macros = false;
};

void RefuseOtherKinds(const Zip& zip) {
  if (zip.Find("content.xml") != nullptr && zip.Find("mimetype") != nullptr) {
    Refuse("xlsx.kind", "这是ODF表格（.ods），不是XLSX", std::string(kSaveAs));
  }
  constexpr std::string_view kTypes = "[Content_Types].xml";
  if (zip.Find(kTypes) == nullptr) {
    Refuse("xlsx.kind", "这是压缩文件，里面不是表格", "请先解压，再导入其中的表格文件");
  }
  ContentTypesHandler types;
  ReadPart(zip, std::string(kTypes), types);
  const bool macros = types.macros || std::any_of(zip.entries().begin(), zip.entries().end(),
                                                  [](const auto& entry) {
                                                    return entry.first.ends_with("vbaproject.bin");
                                                  });
  if (macros)
    Refuse("xlsx.macros", "表格文件带有宏（如.xlsm），为安全起见不予读取", std::string(kSaveAs));
}

std::string WorkbookPart(const Zip& zip) {
  for (const auto& [id, relationship] : RelationshipsOf(zip, "")) {
    if (!IsOf(relationship, "/officeDocument")) continue;
    if (relationship.target.ends_with(".bin")) {
      Refuse("xlsx.kind", "这是二进制工作簿（.xlsb），不是XLSX", std::string(kSaveAs));
    }
    const bool workbook = SmallLetters(relationship.target).find("word/") != 0 &&
                          SmallLetters(relationship.target).find("ppt/") != 0;
    if (!workbook) break;
    if (zip.Find(relationship.target) == nullptr) RefuseDamaged("缺少工作簿部件");
    return relationship.target;
  }
  Refuse("xlsx.kind", "这个文件里没有工作表，不是表格文件", std::string(kSaveAs));
}

}  // namespace

void TextPool::Add(std::string_view text) {
  bytes_ += text;
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));  // below 4 GiB: kMostTextBytes
}

std::optional<std::string_view> TextPool::At(size_t index) const {
  if (index >= ends_.size()) return std::nullopt;
  const size_t start = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(bytes_).substr(start, ends_[index] - start);
}

std::unique_ptr<XmlStream> OpenPart(const Zip& zip, const std::string& name, XmlHandler& handler) {
  const ZipEntry* entry = zip.Find(name);
  if (entry == nullptr) RefuseDamaged(StrCat("缺少“", name, "”"));
  return std::make_unique<XmlStream>(zip.Open(*entry), name, handler);
}

std::string WithoutEscapes(std::string_view text) {
  constexpr std::string_view kShape = "_x000D_";
  std::string out;
  while (!text.empty()) {
    const size_t at = text.find("_x");
    out += text.substr(0, at);
    if (at == std::string_view::npos) break;
    text.remove_prefix(at);
    unsigned code = 0;
    const bool long_enough = text.size() >= kShape.size() && text[6] == '_';
    const auto [end, error] = long_enough
                                  ? std::from_chars(text.data() + 2, text.data() + 6, code, 16)
                                  : std::from_chars_result{nullptr, std::errc::invalid_argument};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (error == std::errc() && end == text.data() + 6 && !surrogate) {
      AppendUtf8(out, code);
      text.remove_prefix(kShape.size());
    } else {
      out += "_x";
      text.remove_prefix(2);
    }
  }
  return out;
}

Package::Package(std::string bytes) : zip(std::move(bytes)) {
  RefuseOtherKinds(zip);
  const std::string workbook = WorkbookPart(zip);
  WorkbookHandler reading;
  ReadPart(zip, workbook, reading);
  from_1904 = reading.from_1904;
  const std::map<std::string, Relationship> related = RelationshipsOf(zip, workbook);
  for (size_t i = 0; i < reading.sheets.size(); ++i) {
    const auto at = related.find(reading.ids[i]);
    if (at == related.end() || !IsOf(at->second, "/worksheet")) continue;  // a chart, a macro sheet
    sheets.push_back(std::move(reading.sheets[i]));
    parts.push_back(at->second.target);
  }
  if (sheets.empty()) RefuseDamaged("没有工作表");
  for (const auto& [id, relationship] : related) {
    if (IsOf(relationship, "/styles") && zip.Find(relationship.target) != nullptr) {
      StylesHandler styles;
      ReadPart(zip, relationship.target, styles);
      formats = std::move(styles.formats);
    }
    if (IsOf(relationship, "/sharedStrings") && zip.Find(relationship.target) != nullptr) {
      if (zip.Find(relationship.target)->size > kMostTextBytes) {
        Refuse("xlsx.size", "表格文件的文字超过256兆字节", "请分成几个文件导入");
      }
      TextsHandler handler(texts);
      ReadPart(zip, relationship.target, handler);
    }
  }
}

}  // namespace anjuan::xlsx
