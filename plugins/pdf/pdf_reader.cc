// Reading by libqpdf: a damaged file is refused, not mended, since what is checked is what the next
// reader gets.
#include "plugins/pdf/pdf_reader.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <set>
#include <sstream>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "plugins/pdf/stamp.h"

namespace anjuan::pdf {
namespace {

using Object = QPDFObjectHandle;

constexpr int kDeepest = 40;
constexpr size_t kMostObjects = 50'000;  // that one font or picture may consist of

std::string BytesOf(const std::shared_ptr<Buffer>& buffer) {
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

std::string HexHash(std::string_view bytes) {
  return ToHex(Sha256(bytes));
}

// Everything an object consists of, written out: equal texts, equal objects, wherever they stand.
class Spelling {
 public:
  static std::string HashOf(const Object& value) {
    Spelling spelling;
    spelling.Add(value, 0);
    return HexHash(spelling.out_);
  }

 private:
  void Add(Object value, int depth) {
    if (depth > kDeepest || ++count_ > kMostObjects) throw std::length_error("nested too deep");
    if (value.isStream()) {
      Add(value.getDict(), depth + 1);
      out_ += StrCat("stream ", HexHash(BytesOf(value.getRawStreamData())));
    } else if (value.isArray()) {
      out_ += "[ ";
      for (int i = 0; i < value.getArrayNItems(); ++i) Add(value.getArrayItem(i), depth + 1);
      out_ += "] ";
    } else if (value.isDictionary()) {
      out_ += "<< ";
      for (const std::string& name : value.getKeys()) {
        // A stream's length is written in place or elsewhere, and what points back says nothing.
        if (name == "/Length" || name == "/Parent") continue;
        out_ += name + " ";
        Add(value.getKey(name), depth + 1);
      }
      out_ += ">> ";
    } else {
      out_ += value.unparseResolved() + " ";
    }
  }

  std::string out_;
  size_t count_ = 0;
};

Object Inherited(Object page, const char* name) {
  for (int depth = 0; depth < kDeepest && page.isDictionary(); ++depth) {
    Object value = page.getKey(name);
    if (!value.isNull()) return value;
    page = page.getKey("/Parent");
  }
  return Object::newNull();
}

// "q 1 0 0 1 X Y cm /Name Do Q": moves and draws, and neither scales nor paints anything else.
bool OnlyDrawsTheStamp(const std::string& content) {
  std::istringstream words(content);
  const std::vector<std::string> wanted = {
      "q", "1", "0", "0", "1", "", "", "cm", std::string(kStampName), "Do", "Q"};
  std::string word;
  for (const std::string& want : wanted) {
    if (!(words >> word)) return false;
    const bool number =
        !word.empty() && word.find_first_not_of("0123456789.-") == std::string::npos;
    if (want.empty() ? !number : word != want) return false;
  }
  return !(words >> word);
}

bool IsSmall(Object form) {
  if (!form.isStream()) return false;
  Object dict = form.getDict();
  Object box = dict.getKey("/BBox");
  if (!box.isRectangle() || dict.hasKey("/Matrix")) return false;
  const auto area = box.getArrayAsRectangle();
  return area.urx - area.llx <= kStampWidthPt && area.ury - area.lly <= kStampHeightPt;
}

class FactsReader {
 public:
  explicit FactsReader(QPDF& pdf) : pdf_(pdf) {}

  port::PdfFacts Read() {
    facts_.version = pdf_.getPDFVersion();
    ReadProperties();
    for (const Object& object : pdf_.getAllObjects()) Look(object);
    // What stands in place in the catalogue is no object of its own.
    Object root = pdf_.getRoot();
    LookInside(root, 0);
    for (const Object& page : pdf_.getAllPages()) facts_.pages.push_back(ReadPage(page));
    for (std::vector<std::string>* names :
         {&facts_.fonts, &facts_.loose_fonts, &facts_.active, &facts_.attached, &facts_.external}) {
      std::ranges::sort(*names);
      names->erase(std::unique(names->begin(), names->end()), names->end());
    }
    return std::move(facts_);
  }

 private:
  void ReadProperties() {
    Object info = pdf_.getTrailer().getKey("/Info");
    const auto text = [&](const char* name) {
      Object value = info.isDictionary() ? info.getKey(name) : Object::newNull();
      return value.isString() ? value.getUTF8Value() : std::string();
    };
    facts_.title = text("/Title");
    facts_.author = text("/Author");
    Object metadata = pdf_.getRoot().getKey("/Metadata");
    if (!metadata.isStream()) return;
    const std::string xmp = BytesOf(metadata.getStreamData());
    facts_.archive = Tagged(xmp, "pdfaid:part");
    if (!facts_.archive.empty()) facts_.archive += Tagged(xmp, "pdfaid:conformance");
  }

  // <name>value</name> or name="value": XMP allows both.
  static std::string Tagged(const std::string& xmp, const std::string& name) {
    for (const auto& [begin, end] :
         {std::pair(StrCat("<", name, ">"), "<"), std::pair(StrCat(name, "=\""), "\""),
          std::pair(StrCat(name, "='"), "'")}) {
      const size_t at = xmp.find(begin);
      if (at == std::string::npos) continue;
      const size_t from = at + begin.size();
      return std::string(Trim(xmp.substr(from, xmp.find(end, from) - from)));
    }
    return "";
  }

  // ---- what may not be in an archive

  void Look(Object object) {
    if (object.isStream()) {
      Object dict = object.getDict();
      if (dict.getKey("/Type").isNameAndEquals("/EmbeddedFile"))
        facts_.attached.emplace_back("/EmbeddedFile");
      LookInside(dict, 0);
    } else {
      LookInside(object, 0);
    }
  }

  // Objects that stand in place; those with a number are met by themselves.
  void LookInside(Object value, int depth) {
    if (depth > kDeepest) throw std::length_error("nested too deep");
    if (value.isArray()) {
      for (int i = 0; i < value.getArrayNItems(); ++i) {
        Object item = value.getArrayItem(i);
        if (!item.isIndirect()) LookInside(item, depth + 1);
      }
      return;
    }
    if (!value.isDictionary()) return;
    LookAt(value);
    for (const std::string& name : value.getKeys()) {
      Object item = value.getKey(name);
      if (!item.isIndirect()) LookInside(item, depth + 1);
    }
  }

  void LookAt(Object dict) {
    static const std::set<std::string> kActions = {"/JavaScript", "/Launch",    "/SubmitForm",
                                                   "/ImportData", "/Rendition", "/Sound",
                                                   "/Movie",      "/ResetForm"};
    for (const char* name : {"/JS", "/JavaScript", "/AA", "/RichMediaContent"}) {
      if (dict.hasKey(name)) facts_.active.emplace_back(name);
    }
    Object open = dict.getKey("/OpenAction");
    if (open.isDictionary() && !open.getKey("/S").isNameAndEquals("/GoTo"))
      facts_.active.emplace_back("/OpenAction");
    for (const char* name : {"/EF", "/EmbeddedFiles"}) {
      if (dict.hasKey(name)) facts_.attached.emplace_back(name);
    }
    Object action = dict.getKey("/S");
    if (action.isName()) {
      const std::string name = action.getName();
      if (kActions.contains(name)) facts_.active.push_back(name);
      if (name == "/URI" || name == "/GoToR" || name == "/GoToE") AddTarget(dict, name);
    }
    if (dict.getKey("/Type").isNameAndEquals("/Font")) AddFont(dict);
  }

  void AddTarget(Object dict, const std::string& kind) {
    Object uri = dict.getKey("/URI");
    facts_.external.push_back(uri.isString() ? uri.getUTF8Value() : kind);
  }

  void AddFont(Object font) {
    Object base = font.getKey("/BaseFont");
    const std::string name = base.isName() ? base.getName().substr(1) : "";
    Object kind = font.getKey("/Subtype");
    if (kind.isNameAndEquals("/Type3")) return;  // drawn by its own content
    facts_.fonts.push_back(name);
    if (kind.isNameAndEquals("/Type0")) return;  // the font below it is met by itself
    Object descriptor = font.getKey("/FontDescriptor");
    bool embedded = false;
    for (const char* key : {"/FontFile", "/FontFile2", "/FontFile3"}) {
      embedded = embedded || (descriptor.isDictionary() && descriptor.getKey(key).isStream());
    }
    if (!embedded) facts_.loose_fonts.push_back(name);
  }

  // ---- pages

  static port::PdfPage ReadPage(const Object& page) {
    port::PdfPage out;
    Object box = Inherited(page, "/MediaBox");
    if (box.isRectangle()) {
      const auto area = box.getArrayAsRectangle();
      out.width_pt = area.urx - area.llx;
      out.height_pt = area.ury - area.lly;
    }
    std::vector<Object> streams;
    Object contents = Inherited(page, "/Contents");
    if (contents.isStream()) streams.push_back(contents);
    if (contents.isArray()) {
      for (int i = 0; i < contents.getArrayNItems(); ++i)
        streams.push_back(contents.getArrayItem(i));
    }
    std::string last;
    for (Object& stream : streams) {
      last = BytesOf(stream.getStreamData());  // throws where it cannot be unpacked
      out.streams.push_back(HexHash(last));
    }
    Object resources = Inherited(page, "/Resources");
    const std::string stamp(kStampName);
    if (resources.isDictionary()) {
      Object forms = resources.getKey("/XObject");
      out.stamped = streams.size() > 1 && forms.isDictionary() && IsSmall(forms.getKey(stamp)) &&
                    OnlyDrawsTheStamp(last);
      AddResources(resources, out);
    }
    if (out.stamped) {
      out.streams.pop_back();
      out.resources.erase("/XObject" + stamp);
    }
    return out;
  }

  static void AddResources(Object resources, port::PdfPage& out) {
    for (const std::string& kind : resources.getKeys()) {
      Object of_kind = resources.getKey(kind);
      if (!of_kind.isDictionary()) {
        out.resources[kind] = Spelling::HashOf(of_kind);
        continue;
      }
      for (const std::string& name : of_kind.getKeys()) {
        out.resources[kind + name] = Spelling::HashOf(of_kind.getKey(name));
      }
    }
  }

  QPDF& pdf_;
  port::PdfFacts facts_;
};

class QpdfReader : public port::PdfReader {
 public:
  Result<port::PdfFacts> Read(std::string_view bytes) const override {
    try {
      return ReadAll(bytes);
    } catch (const QPDFExc& error) {
      if (error.getErrorCode() == qpdf_e_password) {
        port::PdfFacts facts;
        facts.encrypted = true;
        return facts;
      }
      return Fail("pdf.read", error.what());
    } catch (const std::exception& error) {
      return Fail("pdf.read", error.what());
    }
  }

 private:
  static Result<port::PdfFacts> ReadAll(std::string_view bytes) {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.setAttemptRecovery(false);
    pdf.processMemoryFile("paper", bytes.data(), bytes.size());
    port::PdfFacts facts = FactsReader(pdf).Read();
    facts.encrypted = pdf.isEncrypted();
    for (const QPDFExc& warning : pdf.getWarnings()) return Fail("pdf.read", warning.what());
    if (facts.pages.empty()) return Fail("pdf.read", "it has no page");
    return facts;
  }
};

}  // namespace

std::unique_ptr<port::PdfReader> MakePdfReader() {
  return std::make_unique<QpdfReader>();
}

}  // namespace anjuan::pdf
