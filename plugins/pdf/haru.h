// libharu's object layer: the parts of 2.3.0 used here, and a handle that frees itself. The public
// text calls cannot print beyond U+FFFF, reject CFF and are far slower, so fonts are written as
// objects of our own.
#pragma once

#include <hpdf.h>
#include <hpdf_doc.h>
#include <hpdf_objects.h>
#include <hpdf_pages.h>
#include <hpdf_streams.h>

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if HPDF_VERSION_ID < 20300 || HPDF_VERSION_ID >= 20400
#error "libharu's object layer is used as it is in 2.3; look through plugins/pdf for this version"
#endif

namespace anjuan::pdf {

class HaruDocument {
 public:
  HaruDocument() : document_(HPDF_New(nullptr, nullptr)) {}
  ~HaruDocument();
  HaruDocument(const HaruDocument&) = delete;
  HaruDocument& operator=(const HaruDocument&) = delete;
  HPDF_Doc get() const { return document_; }
  bool ok() const { return document_ != nullptr && HPDF_GetError(document_) == HPDF_OK; }

  // A stream object that holds `data`, without a copy: libharu's own streams copy byte by byte,
  // twice, and write the length as an object of its own, 40 bytes more. `data` outlives the
  // document.
  HPDF_Dict NewStream(std::string_view data);
  HPDF_Dict KeepStream(std::string data) { return NewStream(kept_.emplace_back(std::move(data))); }
  // Puts the data into a stream object of libharu's making, and keeps them.
  void KeepData(HPDF_Dict object, std::string data) {
    SetData(object, kept_.emplace_back(std::move(data)));
  }
  // The whole file; once. "": it failed, see ok().
  std::string Save();

 private:
  struct Source {
    std::string_view data;
    size_t at = 0;
  };
  HPDF_Stream Reader(std::string_view data);
  void SetData(HPDF_Dict object, std::string_view data);
  static HPDF_STATUS Read(HPDF_Stream stream, HPDF_BYTE* to, HPDF_UINT* size);
  static HPDF_STATUS Seek(HPDF_Stream stream, HPDF_INT position, HPDF_WhenceMode mode);
  static HPDF_INT32 Tell(HPDF_Stream stream);
  static HPDF_UINT32 Size(HPDF_Stream stream);
  static HPDF_STATUS Write(HPDF_Stream stream, const HPDF_BYTE* from, HPDF_UINT size);

  HPDF_Doc document_;
  std::deque<Source> sources_;  // their places are known to libharu
  std::deque<std::string> kept_;
  std::vector<HPDF_Number> lengths_;
};

}  // namespace anjuan::pdf
