// One part of a spreadsheet as XML events, a chunk at a time, so that a sheet of any length needs
// no tree. Names come without their prefixes: the vocabulary is small and its two namespaces
// (transitional and strict) mean the same.
//
// Why expat itself: Poco's parsers take a document whole, and rows are wanted one by one.
// DOCTYPE is refused, as in engine/xml; so are nesting beyond 64 levels and attributes beyond 64
// KiB.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "plugins/xlsx/zip.h"

namespace anjuan::xlsx {

class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
  // By name without prefix; `found` says whether it is there at all.
  std::string_view Get(std::string_view name, bool* found = nullptr) const;
  bool Flag(std::string_view name) const;  // "1", "true", "on"
  int Number(std::string_view name, int otherwise) const;

 private:
  const char** pairs_;
};

// Nothing may be thrown from these: the parser below them is C. Fail() of the stream stops it.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void Start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void End(std::string_view name) = 0;
  virtual void Text(std::string_view text) = 0;
};

class XmlStream {
 public:
  XmlStream(std::unique_ptr<ZipStream> part, std::string part_name, XmlHandler& handler);
  ~XmlStream();
  XmlStream(const XmlStream&) = delete;
  XmlStream& operator=(const XmlStream&) = delete;

  // Hands on the events of one more chunk; false at the end. Throws Refused.
  bool Pump();
  // From inside a handler: stops, and Pump throws this.
  void Fail(Diagnostic why);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace anjuan::xlsx
