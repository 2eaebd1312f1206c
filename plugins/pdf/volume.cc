// Binding by libqpdf, which copies pages as they are. Not by printing pages again: a print run
// shows what was issued, whatever fonts and layout the program has today.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "plugins/pdf/pdf.h"
#include "plugins/pdf/stamp.h"
#include "plugins/pdf/xmp.h"

namespace anjuan::pdf {
namespace {

constexpr size_t kMostPages = 200'000;
constexpr int kDeepestLevel = 20;

using Object = QPDFObjectHandle;

std::string HashOf(const Object& stream) {
  Object handle = stream;
  const auto data = handle.getRawStreamData();
  return std::string(
      AsBytes(Sha256({reinterpret_cast<const char*>(data->getBuffer()), data->getSize()})));
}

Object Text(const std::string& utf8) {
  return Object::newUnicodeString(utf8);
}

// The bookmarks as they are met, linked into the tree of ISO 32000-1, 12.3.3.
class Outline {
 public:
  explicit Outline(QPDF& to) : to_(to) {}

  void Add(const std::string& title, int level, const Object& page) {
    Object item = to_.makeIndirectObject(Object::newDictionary());
    item.replaceKey("/Title", Text(title));
    Object place = Object::newArray();
    place.appendItem(page);
    place.appendItem(Object::newName("/Fit"));
    item.replaceKey("/Dest", place);
    level = std::min(level, static_cast<int>(open_.size()));
    open_.resize(static_cast<size_t>(level));
    const Object parent = level == 0 ? Root() : open_.back();
    Link(parent, item);
    open_.push_back(item);
  }

  void Finish() {
    if (!root_.isInitialized()) return;
    to_.getRoot().replaceKey("/Outlines", root_);
    to_.getRoot().replaceKey("/PageMode", Object::newName("/UseOutlines"));
  }

 private:
  Object Root() {
    if (!root_.isInitialized()) {
      root_ = to_.makeIndirectObject(Object::newDictionary());
      root_.replaceKey("/Type", Object::newName("/Outlines"));
    }
    return root_;
  }

  static void Link(Object parent, Object item) {
    item.replaceKey("/Parent", parent);
    Object last = parent.getKey("/Last");
    if (last.isNull()) {
      parent.replaceKey("/First", item);
    } else {
      item.replaceKey("/Prev", last);
      Object before = last;
      before.replaceKey("/Next", item);
    }
    parent.replaceKey("/Last", item);
    // The outermost are open; what lies below is opened by the reader: a negative count.
    const bool root = parent.getKey("/Type").isNameAndEquals("/Outlines");
    Object count = parent.getKey("/Count");
    const long long have = count.isInteger() ? std::llabs(count.getIntValue()) : 0;
    parent.replaceKey("/Count", Object::newInteger(root ? have + 1 : -(have + 1)));
  }

  QPDF& to_;
  Object root_;
  std::vector<Object> open_;  // the latest bookmark of each level
};

// Page numbers out of a file of their own: its pages become forms, set into the corner of others.
class Stamper {
 public:
  Stamper(QPDF& to, const std::string& stamps) : to_(to) {
    from_.setSuppressWarnings(true);
    from_.setAttemptRecovery(false);
    from_.setImmediateCopyFrom(true);
    from_.processMemoryFile("stamps", stamps.data(), stamps.size());
    pages_ = from_.getAllPages();
  }

  size_t count() const { return pages_.size(); }

  // `number` begins with 1.
  void Set(Object page, size_t number) {
    Object form = to_.copyForeignObject(
        QPDFPageObjectHelper(pages_.at(number - 1)).getFormXObjectForPage(false));
    const auto small = form.getDict().getKey("/BBox").getArrayAsRectangle();
    const auto area = page.getKey("/MediaBox").getArrayAsRectangle();
    const double x =
        number % 2 == 1 ? area.urx - kMarginPt - (small.urx - small.llx) : area.llx + kMarginPt;
    const double y = area.ury - kMarginPt - (small.ury - small.lly);
    Object resources = page.getKey("/Resources");
    if (!resources.getKey("/XObject").isDictionary())
      resources.replaceKey("/XObject", Object::newDictionary());
    resources.getKey("/XObject").replaceKey(std::string(kStampName), form);
    Object drawing = to_.newStream(
        StrCat("q 1 0 0 1 ", Hundredths(x), " ", Hundredths(y), " cm ", kStampName, " Do Q\n"));
    Object contents = page.getKey("/Contents");
    Object all = contents.isArray() ? contents : Object::newArray();
    if (contents.isStream()) all.appendItem(contents);
    all.appendItem(drawing);
    page.replaceKey("/Contents", all);
  }

 private:
  static constexpr double kMarginPt = 28;  // 10 mm

  static std::string Hundredths(double value) {
    const auto hundredths = std::llround(value * 100);
    const std::string rest = std::to_string(hundredths % 100);
    return StrCat(hundredths / 100, ".", rest.size() < 2 ? "0" : "", rest);
  }

  QPDF& to_;
  QPDF from_;
  std::vector<Object> pages_;
};

// What a reader shows as the pages' numbers (ISO 32000-1, 12.4.2): the numbered ones count, the
// others are called by their part.
class Labels {
 public:
  void Add(size_t first, const port::VolumePart& part, size_t number) {
    any_ = any_ || part.numbered;
    Object label = Object::newDictionary();
    label.replaceKey("/S", Object::newName("/D"));
    if (part.numbered) {
      label.replaceKey("/St", Object::newInteger(static_cast<long long>(number)));
    } else {
      label.replaceKey("/P", Text(part.bookmark));
    }
    ranges_.appendItem(Object::newInteger(static_cast<long long>(first)));
    ranges_.appendItem(label);
  }

  void Finish(QPDF& to) {
    if (!any_) return;
    Object tree = Object::newDictionary();
    tree.replaceKey("/Nums", ranges_);
    to.getRoot().replaceKey("/PageLabels", to.makeIndirectObject(tree));
  }

 private:
  Object ranges_ = Object::newArray();
  bool any_ = false;
};

class Binder {
 public:
  Binder() { to_.emptyPDF(); }

  // false: it cannot be read, and `why` says so.
  bool Add(const std::string& file, std::string& why) {
    QPDF from;
    from.setSuppressWarnings(true);
    from.setAttemptRecovery(false);
    from.setImmediateCopyFrom(true);  // so that the part itself can go
    try {
      from.processMemoryFile("part", file.data(), file.size());
      TakeIntent(from);
      std::map<QPDFObjGen, Object> here;
      for (const Object& page : from.getAllPages()) AddPage(page, here);
    } catch (const std::exception& error) {
      why = error.what();
      return false;
    }
    return true;
  }

  void AddBlank() {
    if (pages_.empty()) return;
    Object page = Object::newDictionary();
    page.replaceKey("/Type", Object::newName("/Page"));
    page.replaceKey("/MediaBox", pages_.back().getKey("/MediaBox"));
    page.replaceKey("/Resources", Object::newDictionary());
    Push(page);
  }

  size_t pages() const { return pages_.size(); }
  const Object& page(size_t index) const { return pages_[index]; }
  QPDF& to() { return to_; }

  std::string Write(const port::Volume& volume) {
    AddProperties({volume.title, volume.author, volume.subject});
    for (const Object& page : pages_) to_.addPage(page, false);
    QPDFWriter writer(to_);
    writer.setOutputMemory();
    writer.setDeterministicID(true);
    writer.setObjectStreamMode(qpdf_o_disable);  // PDF/A-1 knows none
    writer.setStreamDataMode(qpdf_s_preserve);
    writer.setNewlineBeforeEndstream(true);
    writer.setMinimumPDFVersion("1.4");
    writer.write();
    const auto buffer = writer.getBufferSharedPointer();
    return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
  }

 private:
  void Push(const Object& page) { pages_.push_back(to_.makeIndirectObject(page)); }

  void AddPage(const Object& page, std::map<QPDFObjGen, Object>& here) {
    Object out = Object::newDictionary();
    out.replaceKey("/Type", Object::newName("/Page"));
    for (const char* name : {"/MediaBox", "/CropBox", "/Rotate", "/Contents"}) {
      Object value = Inherited(page, name);
      if (!value.isNull()) out.replaceKey(name, Copied(value));
    }
    Object resources = Object::newDictionary();
    Object from = Inherited(page, "/Resources");
    for (const std::string& kind : from.getKeys()) {
      Object value = from.getKey(kind);
      if ((kind != "/Font" && kind != "/XObject") || !value.isDictionary()) {
        resources.replaceKey(kind, Copied(value));
        continue;
      }
      Object shared = Object::newDictionary();
      for (const std::string& name : value.getKeys()) {
        shared.replaceKey(name, Shared(value.getKey(name), here));
      }
      resources.replaceKey(kind, shared);
    }
    out.replaceKey("/Resources", resources);
    Push(out);
  }

  static Object Inherited(Object page, const char* name) {
    for (int depth = 0; depth < 50 && page.isDictionary(); ++depth) {
      Object value = page.getKey(name);
      if (!value.isNull()) return value;
      page = page.getKey("/Parent");
    }
    return Object::newNull();
  }

  Object Copied(Object value) {
    if (value.isIndirect()) return to_.copyForeignObject(value);
    if (value.isArray()) {
      Object out = Object::newArray();
      for (int i = 0; i < value.getArrayNItems(); ++i)
        out.appendItem(Copied(value.getArrayItem(i)));
      return out;
    }
    if (value.isDictionary()) {
      Object out = Object::newDictionary();
      for (const std::string& name : value.getKeys()) {
        out.replaceKey(name, Copied(value.getKey(name)));
      }
      return out;
    }
    return value.shallowCopy();
  }

  // A font or picture: the one that is there already, where its bytes are the same.
  Object Shared(const Object& value, std::map<QPDFObjGen, Object>& here) {
    if (!value.isIndirect()) return Copied(value);
    const auto seen = here.find(value.getObjGen());
    if (seen != here.end()) return seen->second;
    const std::string key = KeyOf(value);
    const auto known = key.empty() ? shared_.end() : shared_.find(key);
    Object out = known != shared_.end() ? known->second : to_.copyForeignObject(value);
    if (!key.empty()) shared_.emplace(key, out);
    here.emplace(value.getObjGen(), out);
    return out;
  }

  // What a font or picture consists of; "": something that is not compared.
  static std::string KeyOf(Object value) {
    if (value.isStream()) {
      return StrCat("image ", value.getDict().unparseResolved(), HashOf(value));
    }
    Object descendants = value.getKey("/DescendantFonts");
    if (!descendants.isArray() || descendants.getArrayNItems() != 1) return "";
    Object font = descendants.getArrayItem(0);
    Object descriptor = font.getKey("/FontDescriptor");
    for (const char* name : {"/FontFile2", "/FontFile3"}) {
      Object program = descriptor.getKey(name);
      if (!program.isStream() || !value.getKey("/ToUnicode").isStream()) continue;
      return StrCat("font ", value.getKey("/BaseFont").unparse(),
                    font.getKey("/W").unparseResolved(), " ", HashOf(program),
                    HashOf(value.getKey("/ToUnicode")));
    }
    return "";
  }

  // What the colours mean, of the first part that says it.
  void TakeIntent(QPDF& from) {
    if (to_.getRoot().hasKey("/OutputIntents")) return;
    Object intents = from.getRoot().getKey("/OutputIntents");
    if (intents.isArray()) to_.getRoot().replaceKey("/OutputIntents", Copied(intents));
  }

  void AddProperties(const Properties& properties) {
    const std::string producer = StrCat("Anjuan with libqpdf ", QPDF::QPDFVersion());
    Object info = Object::newDictionary();
    const auto add = [&](const char* name, const std::string& text) {
      if (!text.empty()) info.replaceKey(name, Text(text));
    };
    add("/Title", properties.title);
    add("/Author", properties.author);
    add("/Subject", properties.subject);
    add("/Creator", std::string(kCreator));
    add("/Producer", producer);
    to_.getTrailer().replaceKey("/Info", to_.makeIndirectObject(info));
    Object metadata = to_.newStream(Xmp(properties, producer));
    metadata.getDict().replaceKey("/Type", Object::newName("/Metadata"));
    metadata.getDict().replaceKey("/Subtype", Object::newName("/XML"));
    to_.getRoot().replaceKey("/Metadata", metadata);
    to_.getRoot().replaceKey("/Lang", Object::newString("zh-CN"));
  }

  QPDF to_;
  std::vector<Object> pages_;
  std::map<std::string, Object> shared_;
};

class QpdfVolumeWriter : public port::VolumeWriter {
 public:
  Result<std::string> Bind(const port::Volume& volume, const Progress& progress) const override {
    try {
      return BindAll(volume, progress);
    } catch (const std::exception& error) {
      return Fail("pdf.write", StrCat("the volume cannot be written: ", error.what()));
    }
  }

 private:
  static Result<std::string> BindAll(const port::Volume& volume, const Progress& progress) {
    Binder binder;
    Outline outline(binder.to());
    Labels labels;
    std::optional<Stamper> stamper;
    if (!volume.stamps.empty()) stamper.emplace(binder.to(), volume.stamps);
    // Bookmarks that wait for the next page.
    std::vector<const port::VolumePart*> waiting;
    size_t numbered = 0;
    std::int64_t done = 0;
    for (const port::VolumePart& part : volume.parts) {
      if (!part.bookmark.empty() && part.level >= 0 && part.level < kDeepestLevel) {
        waiting.push_back(&part);
      }
      const std::string file = part.file ? part.file() : "";
      if (!file.empty()) {
        if (volume.odd_start && binder.pages() % 2 == 1) binder.AddBlank();
        const size_t first = binder.pages();
        std::string why;
        if (!binder.Add(file, why)) {
          return Fail("pdf.part", StrCat("“", part.bookmark, "”不是可以读的 PDF：", why));
        }
        if (binder.pages() > kMostPages) {
          return Fail({.code = "pdf.limit",
                       .message = StrCat("the volume has more than ", kMostPages, " pages"),
                       .hint = "split it into several"});
        }
        if (binder.pages() > first) {
          for (const auto* one : waiting)
            outline.Add(one->bookmark, one->level, binder.page(first));
          waiting.clear();
          labels.Add(first, part, numbered + 1);
        }
        for (size_t page = first; part.numbered && page < binder.pages(); ++page) {
          ++numbered;
          if (stamper && numbered > stamper->count())
            return Fail("pdf.stamps", "there are fewer page numbers than pages");
          if (stamper) stamper->Set(binder.page(page), numbered);
        }
      }
      if (progress) progress(++done, static_cast<std::int64_t>(volume.parts.size()));
    }
    if (binder.pages() == 0) return Fail("pdf.part", "没有可以装订的页");
    outline.Finish();
    labels.Finish(binder.to());
    return binder.Write(volume);
  }
};

}  // namespace

std::unique_ptr<port::VolumeWriter> MakeVolumeWriter() {
  return std::make_unique<QpdfVolumeWriter>();
}

}  // namespace anjuan::pdf
