// libharu's object layer: the parts of 2.3.0 used here, and a handle that frees itself. The public
// text calls cannot print beyond U+FFFF, reject CFF and are far slower, so fonts are written as
// objects of our own.
#pragma once

#include <hpdf.h>
#include <hpdf_doc.h>
#include <hpdf_objects.h>
#include <hpdf_pages.h>
#include <hpdf_streams.h>

#include <string>

#if HPDF_VERSION_ID < 20300 || HPDF_VERSION_ID >= 20400
#error "libharu's object layer is used as it is in 2.3; look through plugins/pdf for this version"
#endif

namespace anjuan::pdf {

class HaruDocument {
 public:
  HaruDocument() : document_(HPDF_New(nullptr, nullptr)) {}
  ~HaruDocument() {
    if (document_ != nullptr) HPDF_Free(document_);
  }
  HaruDocument(const HaruDocument&) = delete;
  HaruDocument& operator=(const HaruDocument&) = delete;
  HPDF_Doc get() const { return document_; }
  bool ok() const { return document_ != nullptr && HPDF_GetError(document_) == HPDF_OK; }

 private:
  HPDF_Doc document_;
};

}  // namespace anjuan::pdf
