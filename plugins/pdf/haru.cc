#include "plugins/pdf/haru.h"

#include <algorithm>
#include <cstring>

namespace anjuan::pdf {

HaruDocument::~HaruDocument() {
  if (document_ == nullptr) return;
  for (HPDF_Number length : lengths_) length->header.obj_id &= ~HPDF_OTYPE_INDIRECT;
  HPDF_Free(document_);
}

HPDF_STATUS HaruDocument::Read(HPDF_Stream stream, HPDF_BYTE* to, HPDF_UINT* size) {
  auto* source = static_cast<Source*>(stream->attr);
  const size_t count = std::min<size_t>(*size, source->data.size() - source->at);
  std::memcpy(to, source->data.data() + source->at, count);
  source->at += count;
  const bool whole = count == *size;
  *size = static_cast<HPDF_UINT>(count);
  return whole ? HPDF_OK : HPDF_STREAM_EOF;
}

// libharu only ever goes back to the beginning.
HPDF_STATUS HaruDocument::Seek(HPDF_Stream stream, HPDF_INT position, HPDF_WhenceMode mode) {
  auto* source = static_cast<Source*>(stream->attr);
  if (mode != HPDF_SEEK_SET || position < 0) return HPDF_INVALID_PARAMETER;
  source->at = std::min(static_cast<size_t>(position), source->data.size());
  return HPDF_OK;
}

HPDF_INT32 HaruDocument::Tell(HPDF_Stream stream) {
  return static_cast<HPDF_INT32>(static_cast<Source*>(stream->attr)->at);
}

HPDF_UINT32 HaruDocument::Size(HPDF_Stream stream) {
  return static_cast<HPDF_UINT32>(static_cast<Source*>(stream->attr)->data.size());
}

HPDF_STATUS HaruDocument::Write(HPDF_Stream stream, const HPDF_BYTE* from, HPDF_UINT size) {
  static_cast<std::string*>(stream->attr)->append(reinterpret_cast<const char*>(from), size);
  return HPDF_OK;
}

HPDF_Stream HaruDocument::Reader(std::string_view data) {
  Source& source = sources_.emplace_back(Source{data});
  return HPDF_CallbackReader_New(document_->mmgr, Read, Seek, Tell, Size, &source);
}

void HaruDocument::SetData(HPDF_Dict object, std::string_view data) {
  if (object == nullptr || object->stream == nullptr) return;
  HPDF_Stream stream = Reader(data);
  if (stream == nullptr) return;
  HPDF_Stream_Free(object->stream);
  object->stream = stream;
}

HPDF_Dict HaruDocument::NewStream(std::string_view data) {
  HPDF_Dict out = HPDF_Dict_New(document_->mmgr);
  if (out == nullptr || HPDF_Xref_Add(document_->xref, out) != HPDF_OK) return nullptr;
  // libharu writes only streams whose length says it is an object of its own. It may stand in the
  // dictionary all the same, if the dictionary frees it in the end.
  HPDF_Number length = HPDF_Number_New(document_->mmgr, static_cast<HPDF_INT32>(data.size()));
  if (HPDF_Dict_Add(out, "Length", length) != HPDF_OK) return nullptr;
  length->header.obj_id |= HPDF_OTYPE_INDIRECT;
  lengths_.push_back(length);
  out->filter = HPDF_STREAM_FILTER_NONE;  // what is to be deflated is so already
  out->stream = Reader(data);
  return out;
}

// What HPDF_SaveToStream does, but into a string: its own stream would be copied once more.
std::string HaruDocument::Save() {
  std::string out;
  HPDF_Stream stream = HPDF_CallbackWriter_New(document_->mmgr, Write, &out);
  if (stream == nullptr) return "";
  HPDF_Dict_Add(document_->trailer, "Root", document_->catalog);
  HPDF_Dict_Add(document_->trailer, "Info", document_->info);
  HPDF_Stream_WriteStr(stream, "%PDF-1.4\012%\267\276\255\252\012");
  const HPDF_STATUS status = HPDF_Xref_WriteToStream(document_->xref, stream, nullptr);
  HPDF_Stream_Free(stream);
  return status == HPDF_OK && ok() ? out : "";
}

}  // namespace anjuan::pdf
