#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "plugins/pdf/charstring.h"
#include "plugins/pdf/subset.h"

namespace anjuan::pdf {
namespace {

// Operators of a DICT; two-byte ones (12 n) as 0x0C00 + n.
constexpr std::uint32_t kCharset = 15, kCharStrings = 17, kPrivate = 18, kSubrs = 19;
constexpr std::uint32_t kFontMatrix = 0x0C07, kRos = 0x0C1E, kCidCount = 0x0C22, kFdArray = 0x0C24,
                        kFdSelect = 0x0C25;

struct Entry {
  std::uint32_t op = 0;
  std::vector<std::int64_t> numbers;  // reals as 0; only offsets and sizes are read
  std::string_view operands;          // as written
};

// Calls `f` for each operator of a DICT.
template <typename F>
void WalkDict(std::string_view dict, const F& f) {
  const Bytes bytes(dict);
  Entry entry;
  size_t start = 0;
  for (size_t at = 0; at < dict.size();) {
    const std::uint32_t b = bytes.U8(at);
    if (b <= 21) {
      entry.op = b == 12 ? 0x0C00 + bytes.U8(at + 1) : b;
      entry.operands = dict.substr(start, at - start);
      at += b == 12 ? 2 : 1;
      f(entry);
      entry = Entry();
      start = at;
    } else if (b == 28) {
      entry.numbers.push_back(bytes.I16(at + 1));
      at += 3;
    } else if (b == 29) {
      entry.numbers.push_back(static_cast<std::int32_t>(bytes.U32(at + 1)));
      at += 5;
    } else if (b == 30) {  // a real: nibbles up to one that is 15
      ++at;
      while (at < dict.size() && (bytes.U8(at) & 15) != 15 && bytes.U8(at) >> 4 != 15) ++at;
      ++at;
      entry.numbers.push_back(0);
    } else if (b <= 246) {
      entry.numbers.push_back(static_cast<int>(b) - 139);
      ++at;
    } else if (b <= 250) {
      entry.numbers.push_back((static_cast<int>(b) - 247) * 256 +
                              static_cast<int>(bytes.U8(at + 1)) + 108);
      at += 2;
    } else {
      entry.numbers.push_back(-(static_cast<int>(b) - 251) * 256 -
                              static_cast<int>(bytes.U8(at + 1)) - 108);
      at += 2;
    }
  }
}

void PutOperator(std::string& out, std::uint32_t op) {
  if (op >= 0x0C00) out += '\x0C';
  out += static_cast<char>(op & 0xFF);
}

// Always five bytes, so that sizes are known before offsets are.
void PutNumber(std::string& out, std::uint32_t number) {
  out += '\x1D';
  Put32(out, number);
}

void PutIndex(std::string& out, const std::vector<std::string>& items) {
  Put16(out, static_cast<std::uint32_t>(items.size()));
  if (items.empty()) return;
  size_t end = 1;
  for (const std::string& item : items) end += item.size();
  const int bytes = end < 0x100 ? 1 : end < 0x10000 ? 2 : end < 0x1000000 ? 3 : 4;
  out += static_cast<char>(bytes);
  size_t offset = 1;
  const auto put = [&] {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
      out += static_cast<char>(offset >> shift & 255);
  };
  put();
  for (const std::string& item : items) {
    offset += item.size();
    put();
  }
  for (const std::string& item : items) out += item;
}

}  // namespace

Result<std::unique_ptr<Cff>> Cff::Parse(const Sfnt& font) {
  std::unique_ptr<Cff> out(new Cff());
  out->name_ = font.name();
  out->table_ = font.Table("CFF ");
  if (!out->ReadAll()) {
    return Fail("pdf.font", StrCat("font ", font.name(), ": its CFF table cannot be read"));
  }
  return out;
}

Cff::Index Cff::ReadIndex(size_t at) const {
  Index out;
  const size_t count = table_.U16(at);
  out.end = at + 2;
  if (count == 0) return out;
  const size_t size = table_.U8(at + 2);
  const auto offset = [&](size_t i) {
    size_t value = 0;
    for (size_t k = 0; k < size; ++k) value = value << 8 | table_.U8(at + 3 + i * size + k);
    return value;
  };
  const size_t base = at + 3 + (count + 1) * size - 1;
  if (size == 0 || size > 4 || base > table_.size()) return out;
  out.items.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = offset(i);
    const size_t end = offset(i + 1);
    out.items.push_back(end > begin ? table_.Slice(base + begin, end - begin) : std::string_view());
  }
  out.end = base + offset(count);
  return out;
}

Cff::FontDict Cff::ReadFontDict(std::string_view dict) const {
  FontDict out;
  size_t size = 0;
  size_t at = 0;
  WalkDict(dict, [&](const Entry& entry) {
    if (entry.op == kPrivate && entry.numbers.size() == 2) {
      size = static_cast<size_t>(entry.numbers[0]);
      at = static_cast<size_t>(entry.numbers[1]);
    } else if (entry.op == kFontMatrix) {
      out.matrix = std::string(entry.operands);
      PutOperator(out.matrix, kFontMatrix);
    }
  });
  WalkDict(table_.Slice(at, size), [&](const Entry& entry) {
    if (entry.op == kSubrs && entry.numbers.size() == 1) {
      out.subroutines = ReadIndex(at + static_cast<size_t>(entry.numbers[0])).items;
      return;
    }
    out.private_dict += entry.operands;
    PutOperator(out.private_dict, entry.op);
  });
  return out;
}

bool Cff::ReadAll() {
  if (table_.U8(0) != 1) return false;
  const Index names = ReadIndex(table_.U8(2));
  const Index tops = ReadIndex(names.end);
  const Index strings = ReadIndex(tops.end);
  global_ = ReadIndex(strings.end).items;
  if (tops.items.size() != 1) return false;
  size_t programs = 0;
  size_t array = 0;
  size_t select = 0;
  WalkDict(tops.items[0], [&](const Entry& entry) {
    const size_t number = entry.numbers.empty()
                              ? 0
                              : static_cast<size_t>(std::max<std::int64_t>(entry.numbers[0], 0));
    if (entry.op == kCharStrings) programs = number;
    if (entry.op == kFdArray) array = number;
    if (entry.op == kFdSelect) select = number;
    if (entry.op == kFontMatrix) {
      top_matrix_ = std::string(entry.operands);
      PutOperator(top_matrix_, kFontMatrix);
    }
  });
  programs_ = ReadIndex(programs).items;
  if (programs_.empty()) return false;
  if (array == 0) {  // keyed by names: one font dict, the top one's
    dicts_.push_back(ReadFontDict(tops.items[0]));
    dicts_.back().matrix.clear();
    return true;
  }
  for (const std::string_view dict : ReadIndex(array).items) dicts_.push_back(ReadFontDict(dict));
  if (dicts_.empty()) return false;
  dict_of_.assign(programs_.size(), 0);
  if (table_.U8(select) == 0) {
    for (size_t i = 0; i < dict_of_.size(); ++i) {
      dict_of_[i] = static_cast<std::uint8_t>(table_.U8(select + 1 + i));
    }
  } else {
    const size_t ranges = table_.U16(select + 1);
    for (size_t r = 0; r < ranges; ++r) {
      const size_t entry = select + 3 + 3 * r;
      const size_t end = std::min<size_t>(table_.U16(entry + 3), dict_of_.size());
      for (size_t i = table_.U16(entry); i < end; ++i) {
        dict_of_[i] = static_cast<std::uint8_t>(table_.U8(entry + 2));
      }
    }
  }
  return std::all_of(dict_of_.begin(), dict_of_.end(),
                     [&](std::uint8_t dict) { return dict < dicts_.size(); });
}

const std::string* Cff::Written(size_t glyph) const {
  const std::lock_guard lock(mutex_);
  written_.resize(programs_.size());
  std::unique_ptr<const std::string>& kept = written_[glyph];
  if (kept == nullptr) {
    const size_t dict = dict_of_.empty() ? 0 : dict_of_[glyph];
    CharstringWriter writer(dicts_[dict].subroutines, global_);
    if (!writer.Add(programs_[glyph])) return nullptr;
    kept = std::make_unique<const std::string>(writer.Take());
  }
  return kept.get();
}

Result<std::string> Cff::Subset(std::span<const std::uint16_t> glyphs) const {
  std::vector<std::string> programs;
  std::string select(1, '\0');  // format 0
  std::vector<int> new_dict(dicts_.size(), -1);
  std::vector<const FontDict*> used;
  programs.reserve(glyphs.size() + 1);
  const auto add = [&](size_t glyph) {
    if (glyph >= programs_.size()) return false;
    const size_t dict = dict_of_.empty() ? 0 : dict_of_[glyph];
    if (new_dict[dict] < 0) {
      new_dict[dict] = static_cast<int>(used.size());
      used.push_back(&dicts_[dict]);
    }
    const std::string* written = Written(glyph);
    if (written == nullptr) return false;
    programs.push_back(*written);
    select += static_cast<char>(new_dict[dict]);
    return true;
  };
  bool whole = add(0);
  for (const std::uint16_t glyph : glyphs) whole = whole && add(glyph);
  if (!whole) {
    return Fail("pdf.font", StrCat("font ", name_, ": a glyph's program cannot be read"));
  }
  const auto count = static_cast<std::uint32_t>(programs.size());
  std::string charset;
  if (count > 1) {  // one range: CIDs 1 to count - 1
    charset += '\2';
    Put16(charset, 1);
    Put16(charset, count - 2);
  } else {
    charset += '\0';
  }
  std::string program_index;
  PutIndex(program_index, programs);
  std::string head("\1\0\4\4", 4);
  PutIndex(head, {name_});
  std::string after_top;
  PutIndex(after_top, {"Adobe", "Identity"});
  PutIndex(after_top, {});  // no global subroutines
  const auto top = [&](std::uint32_t charset_at, std::uint32_t select_at, std::uint32_t programs_at,
                       std::uint32_t array_at) {
    std::string dict;
    PutNumber(dict, 391);  // the first two strings that are not standard ones
    PutNumber(dict, 392);
    PutNumber(dict, 0);
    PutOperator(dict, kRos);
    dict += top_matrix_;
    PutNumber(dict, count);
    PutOperator(dict, kCidCount);
    PutNumber(dict, charset_at);
    PutOperator(dict, kCharset);
    PutNumber(dict, select_at);
    PutOperator(dict, kFdSelect);
    PutNumber(dict, programs_at);
    PutOperator(dict, kCharStrings);
    PutNumber(dict, array_at);
    PutOperator(dict, kFdArray);
    std::string index;
    PutIndex(index, {dict});
    return index;
  };
  const auto size = [](const std::string& text) { return static_cast<std::uint32_t>(text.size()); };
  const std::uint32_t charset_at = size(head) + size(top(0, 0, 0, 0)) + size(after_top);
  const std::uint32_t select_at = charset_at + size(charset);
  const std::uint32_t programs_at = select_at + size(select);
  const std::uint32_t array_at = programs_at + size(program_index);
  const auto array = [&](std::uint32_t private_at) {
    std::vector<std::string> items;
    for (const FontDict* dict : used) {
      std::string item = dict->matrix;
      PutNumber(item, size(dict->private_dict));
      PutNumber(item, private_at);
      PutOperator(item, kPrivate);
      private_at += size(dict->private_dict);
      items.push_back(std::move(item));
    }
    std::string index;
    PutIndex(index, items);
    return index;
  };
  std::string out = head + top(charset_at, select_at, programs_at, array_at) + after_top + charset +
                    select + program_index + array(array_at + size(array(0)));
  for (const FontDict* dict : used) out += dict->private_dict;
  return out;
}

}  // namespace anjuan::pdf
