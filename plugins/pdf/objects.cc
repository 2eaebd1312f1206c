#include "plugins/pdf/objects.h"

#include <utility>

#include "engine/base/text.h"

namespace anjuan::pdf {
namespace {

HPDF_STATUS WriteFilter(HPDF_Dict, HPDF_Stream stream) {
  return HPDF_Stream_WriteStr(stream, "/Filter /FlateDecode\012");
}

HPDF_Dict DeflatedStream(HaruDocument& haru, const std::string& deflated) {
  HPDF_Dict stream = haru.NewStream(deflated);
  if (stream != nullptr) stream->write_fn = WriteFilter;
  return stream;
}

HPDF_Dict NewObject(HPDF_Doc document, const char* type) {
  HPDF_Dict dict = HPDF_Dict_New(document->mmgr);
  HPDF_Xref_Add(document->xref, dict);
  HPDF_Dict_AddName(dict, "Type", type);
  return dict;
}

// W: only what differs from a full em.
HPDF_Array Widths(HPDF_Doc document, const Characters& characters) {
  HPDF_Array out = HPDF_Array_New(document->mmgr);
  HPDF_Array row = nullptr;
  for (size_t i = 0; i < characters.size(); ++i) {
    const int width = characters[i].second.width;
    if (width == 1000) {
      row = nullptr;
      continue;
    }
    if (row == nullptr) {
      HPDF_Array_AddNumber(out, static_cast<HPDF_INT32>(i + 1));
      row = HPDF_Array_New(document->mmgr);
      HPDF_Array_Add(out, row);
    }
    HPDF_Array_AddNumber(row, width);
  }
  return out;
}

HPDF_STATUS WriteRgbFilter(HPDF_Dict dict, HPDF_Stream stream) {
  const HPDF_INT32 width =
      static_cast<HPDF_Number>(HPDF_Dict_GetItem(dict, "Width", HPDF_OCLASS_NUMBER))->value;
  const std::string parameters =
      StrCat("/Filter /FlateDecode\012/DecodeParms << /Predictor 15 /Colors 3 /Columns ", width,
             " >>\012");
  return HPDF_Stream_WriteStr(stream, parameters.c_str());
}

// UTF-16BE with byte order mark. As binary, since libharu's strings end at the first zero byte.
HPDF_Binary TextString(HPDF_Doc document, std::string_view text) {
  std::string out = "\xFE\xFF";
  for (Utf8Cursor cursor(text); !cursor.done();) {
    const char32_t c = cursor.Next();
    if (c >= 0x10000) {
      Put16(out, 0xD800 | (c - 0x10000) >> 10);
      Put16(out, 0xDC00 | ((c - 0x10000) & 0x3FF));
    } else {
      Put16(out, c);
    }
  }
  return HPDF_Binary_New(document->mmgr, reinterpret_cast<HPDF_BYTE*>(out.data()),
                         static_cast<HPDF_UINT>(out.size()));
}

std::string Producer() {
  return StrCat("Anjuan with libharu ", HPDF_GetVersion());
}

HPDF_Dict Descriptor(HaruDocument& haru, const Sfnt& sfnt, const EmbeddedFont& font) {
  HPDF_Doc document = haru.get();
  HPDF_Dict file = DeflatedStream(haru, font.program);
  if (sfnt.cff()) {
    HPDF_Dict_AddName(file, "Subtype", "CIDFontType0C");
  } else {
    HPDF_Dict_AddNumber(file, "Length1", static_cast<HPDF_INT32>(font.program_size));
  }
  HPDF_Dict out = NewObject(document, "FontDescriptor");
  HPDF_Dict_AddName(out, "FontName", font.name.c_str());
  HPDF_Dict_AddNumber(out, "Flags", 4);
  HPDF_Array box = HPDF_Array_New(document->mmgr);
  HPDF_Dict_Add(out, "FontBBox", box);
  for (const int edge : sfnt.box()) HPDF_Array_AddNumber(box, edge);
  HPDF_Dict_AddNumber(out, "ItalicAngle", 0);
  HPDF_Dict_AddNumber(out, "Ascent", sfnt.ascent());
  HPDF_Dict_AddNumber(out, "Descent", sfnt.descent());
  HPDF_Dict_AddNumber(out, "CapHeight", sfnt.ascent());
  HPDF_Dict_AddNumber(out, "StemV", 80);
  HPDF_Dict_Add(out, "CIDSet", DeflatedStream(haru, font.cid_set));
  HPDF_Dict_Add(out, sfnt.cff() ? "FontFile3" : "FontFile2", file);
  return out;
}

}  // namespace

HPDF_Dict FontObject(HaruDocument& haru, const Sfnt& sfnt, const EmbeddedFont& font) {
  HPDF_Doc document = haru.get();
  const HPDF_MMgr memory = document->mmgr;
  HPDF_Dict cid_font = NewObject(document, "Font");
  HPDF_Dict_AddName(cid_font, "Subtype", sfnt.cff() ? "CIDFontType0" : "CIDFontType2");
  HPDF_Dict_AddName(cid_font, "BaseFont", font.name.c_str());
  if (!sfnt.cff()) HPDF_Dict_AddName(cid_font, "CIDToGIDMap", "Identity");
  HPDF_Dict_AddNumber(cid_font, "DW", 1000);
  HPDF_Dict_Add(cid_font, "FontDescriptor", Descriptor(haru, sfnt, font));
  HPDF_Dict system = HPDF_Dict_New(memory);
  HPDF_Dict_Add(cid_font, "CIDSystemInfo", system);
  HPDF_Dict_Add(system, "Registry", HPDF_String_New(memory, "Adobe", nullptr));
  HPDF_Dict_Add(system, "Ordering", HPDF_String_New(memory, "Identity", nullptr));
  HPDF_Dict_AddNumber(system, "Supplement", 0);
  HPDF_Array widths = Widths(document, font.characters);
  if (HPDF_Array_Items(widths) > 0) {
    HPDF_Dict_Add(cid_font, "W", widths);
  } else {
    HPDF_Array_Free(widths);
  }
  HPDF_Dict out = NewObject(document, "Font");
  HPDF_Dict_AddName(out, "Subtype", "Type0");
  HPDF_Dict_AddName(out, "BaseFont", font.name.c_str());
  HPDF_Dict_AddName(out, "Encoding", "Identity-H");
  HPDF_Array descendants = HPDF_Array_New(memory);
  HPDF_Dict_Add(out, "DescendantFonts", descendants);
  HPDF_Array_Add(descendants, cid_font);
  HPDF_Dict_Add(out, "ToUnicode", DeflatedStream(haru, font.to_unicode));
  return out;
}

HPDF_Dict ImageObject(HaruDocument& haru, const EncodedImage& image) {
  HPDF_Doc document = haru.get();
  HPDF_Dict out = DeflatedStream(haru, image.data);
  HPDF_Dict_AddName(out, "Type", "XObject");
  HPDF_Dict_AddName(out, "Subtype", "Image");
  HPDF_Dict_AddNumber(out, "Width", image.width_px);
  HPDF_Dict_AddNumber(out, "Height", image.height_px);
  HPDF_Dict_AddNumber(out, "BitsPerComponent", 8);
  if (image.palette.empty()) {
    out->write_fn = WriteRgbFilter;
    HPDF_Dict_AddName(out, "ColorSpace", "DeviceRGB");
    return out;
  }
  HPDF_Array space = HPDF_Array_New(document->mmgr);
  HPDF_Dict_Add(out, "ColorSpace", space);
  HPDF_Array_AddName(space, "Indexed");
  HPDF_Array_AddName(space, "DeviceRGB");
  HPDF_Array_AddNumber(space, static_cast<HPDF_INT32>(image.palette.size() / 3 - 1));
  std::string palette = image.palette;
  HPDF_Array_Add(space,
                 HPDF_Binary_New(document->mmgr, reinterpret_cast<HPDF_BYTE*>(palette.data()),
                                 static_cast<HPDF_UINT>(palette.size())));
  return out;
}

void AddProperties(HaruDocument& haru, const Properties& properties) {
  HPDF_Doc document = haru.get();
  const auto add = [&](const char* name, std::string_view text) {
    if (!text.empty()) HPDF_Dict_Add(document->info, name, TextString(document, text));
  };
  add("Title", properties.title);
  add("Author", properties.author);
  add("Subject", properties.subject);
  add("Creator", kCreator);
  add("Producer", Producer());
  HPDF_Dict_Add(document->catalog, "Lang", HPDF_String_New(document->mmgr, "zh-CN", nullptr));
  HPDF_Dict metadata = haru.KeepStream(Xmp(properties, Producer()));  // not deflated, so that
  if (metadata == nullptr) return;  // programs without PDF find it
  HPDF_Dict_AddName(metadata, "Type", "Metadata");
  HPDF_Dict_AddName(metadata, "Subtype", "XML");
  HPDF_Dict_Add(document->catalog, "Metadata", metadata);
}

void AddColours(HaruDocument& haru, const std::string& deflated_profile) {
  HPDF_Doc document = haru.get();
  HPDF_Dict profile = DeflatedStream(haru, deflated_profile);
  HPDF_Dict_AddNumber(profile, "N", 3);
  HPDF_Dict intent = NewObject(document, "OutputIntent");
  HPDF_Dict_AddName(intent, "S", "GTS_PDFA1");
  const auto text = [&](const char* name, const char* value) {
    HPDF_Dict_Add(intent, name, HPDF_String_New(document->mmgr, value, nullptr));
  };
  text("OutputConditionIdentifier", "sRGB IEC61966-2.1");
  text("RegistryName", "http://www.color.org");
  text("Info", "sRGB IEC61966-2.1");
  HPDF_Dict_Add(intent, "DestOutputProfile", profile);
  HPDF_Array intents = HPDF_Array_New(document->mmgr);
  HPDF_Dict_Add(document->catalog, "OutputIntents", intents);
  HPDF_Array_Add(intents, intent);
}

// The file identifier (ISO 32000-1, 14.4): sixteen bytes that make each issue's bytes its own.
void AddIdentifier(HPDF_Doc document, std::string_view identifier) {
  HPDF_Array id = HPDF_Array_New(document->mmgr);
  HPDF_Dict_Add(document->trailer, "ID", id);
  std::string bytes(identifier);
  for (int i = 0; i < 2; ++i) {
    HPDF_Array_Add(id, HPDF_Binary_New(document->mmgr, reinterpret_cast<HPDF_BYTE*>(bytes.data()),
                                       static_cast<HPDF_UINT>(bytes.size())));
  }
}

void SetContent(HaruDocument& haru, HPDF_Page page, std::string deflated) {
  auto* attributes = static_cast<HPDF_PageAttr>(page->attr);
  attributes->contents->filter = HPDF_STREAM_FILTER_NONE;
  attributes->contents->write_fn = WriteFilter;
  haru.KeepData(attributes->contents, std::move(deflated));
  attributes->stream = attributes->contents->stream;
}

}  // namespace anjuan::pdf
