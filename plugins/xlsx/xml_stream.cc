#include "plugins/xlsx/xml_stream.h"

#include <expat.h>

#include <cstring>
#include <optional>

#include "engine/base/check.h"
#include "engine/base/text.h"

namespace anjuan::xlsx {

namespace {

constexpr int kChunk = 64 << 10;
constexpr int kDeepest = 64;
constexpr size_t kLongestTag = size_t{64} << 10;

std::string_view Local(std::string_view name) {
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

std::string_view XmlAttributes::Get(std::string_view name, bool* found) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (Local(pair[0]) != name) continue;
    if (found != nullptr) *found = true;
    return pair[1];
  }
  if (found != nullptr) *found = false;
  return {};
}

bool XmlAttributes::Flag(std::string_view name) const {
  const std::string_view text = Get(name);
  return text == "1" || text == "true" || text == "on";
}

int XmlAttributes::Number(std::string_view name, int otherwise) const {
  constexpr long long kMost = 1 << 30;
  const std::optional<long long> number = ParseInteger(Get(name));
  return number && *number >= 0 && *number < kMost ? static_cast<int>(*number) : otherwise;
}

struct XmlStream::Parser {
  std::unique_ptr<ZipStream> part;
  std::string name;
  XmlHandler* handler = nullptr;
  XML_Parser expat = nullptr;
  int depth = 0;
  bool ended = false;
  std::optional<Diagnostic> failure;

  ~Parser() {
    if (expat != nullptr) XML_ParserFree(expat);
  }

  static Parser& Of(void* self) { return *static_cast<Parser*>(self); }

  void Stop(Diagnostic why) {
    if (!failure) failure = std::move(why);
    XML_StopParser(expat, XML_FALSE);
  }
  Diagnostic Damaged(std::string_view what) const {
    return {.code = "xlsx.damaged",
            .message = StrCat("表格文件已损坏：“", name, "”", what),
            .hint = "请用表格软件打开、修复后另存为XLSX"};
  }

  static void XMLCALL OnStart(void* self, const XML_Char* element, const XML_Char** attributes) {
    Parser& parser = Of(self);
    if (parser.Stopped()) return;
    size_t length = 0;
    for (const char** pair = attributes; *pair != nullptr; ++pair) length += std::strlen(*pair);
    if (++parser.depth > kDeepest || length > kLongestTag) {
      parser.Stop(parser.Damaged("的结构过于复杂"));
      return;
    }
    parser.handler->Start(Local(element), XmlAttributes(attributes));
  }
  static void XMLCALL OnEnd(void* self, const XML_Char* element) {
    Parser& parser = Of(self);
    if (parser.Stopped()) return;
    --parser.depth;
    parser.handler->End(Local(element));
  }
  static void XMLCALL OnText(void* self, const XML_Char* text, int length) {
    Parser& parser = Of(self);
    if (!parser.Stopped()) {
      parser.handler->Text(std::string_view(text, static_cast<size_t>(length)));
    }
  }
  static void XMLCALL OnDoctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*,
                                int) {
    Parser& parser = Of(self);
    parser.Stop({.code = "xlsx.doctype",
                 .message = StrCat("“", parser.name, "”含有DOCTYPE声明，不予读取"),
                 .hint = "正常的表格文件没有这种声明；请用表格软件打开后另存为XLSX"});
  }
  // expat may still deliver what it had begun with after it was stopped.
  bool Stopped() const { return failure.has_value(); }
};

XmlStream::XmlStream(std::unique_ptr<ZipStream> part, std::string part_name, XmlHandler& handler)
    : parser_(std::make_unique<Parser>()) {
  parser_->part = std::move(part);
  parser_->name = std::move(part_name);
  parser_->handler = &handler;
  parser_->expat = XML_ParserCreate(nullptr);
  ANJUAN_CHECK(parser_->expat != nullptr);
  XML_SetUserData(parser_->expat, parser_.get());
  XML_SetElementHandler(parser_->expat, Parser::OnStart, Parser::OnEnd);
  XML_SetCharacterDataHandler(parser_->expat, Parser::OnText);
  XML_SetStartDoctypeDeclHandler(parser_->expat, Parser::OnDoctype);
}

XmlStream::~XmlStream() = default;

bool XmlStream::Pump() {
  Parser& parser = *parser_;
  if (parser.ended) return false;
  void* buffer = XML_GetBuffer(parser.expat, kChunk);
  ANJUAN_CHECK(buffer != nullptr);
  const size_t got = parser.part->Read(static_cast<char*>(buffer), kChunk);
  const XML_Status status = XML_ParseBuffer(parser.expat, static_cast<int>(got), got == 0);
  if (parser.failure) throw Refused{*parser.failure};
  parser.ended = got == 0;
  if (status == XML_STATUS_ERROR) {
    throw Refused{
        parser.Damaged(StrCat("第", XML_GetCurrentLineNumber(parser.expat), "行不是合格的XML"))};
  }
  return !parser.ended;
}

void XmlStream::Fail(Diagnostic why) {
  parser_->Stop(std::move(why));
}

}  // namespace anjuan::xlsx
