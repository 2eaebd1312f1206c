#include "engine/base/text.h"
#include "engine/describe/outline.h"

namespace anjuan::describe {
namespace {

// A line's text without Markdown's marks: `code`, **bold**, [words](address).
std::string Plain(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '`' || c == '*' || c == '[') continue;
    if (c == ']') {
      if (i + 1 < text.size() && text[i + 1] == '(') {
        const size_t end = text.find(')', i);
        if (end != std::string_view::npos) i = end;
      }
      continue;
    }
    out += c;
  }
  return out;
}

std::vector<std::string> Cells(std::string_view line) {
  std::vector<std::string> out;
  line = Trim(line);
  if (line.starts_with('|')) line.remove_prefix(1);
  if (line.ends_with('|')) line.remove_suffix(1);
  for (const std::string_view cell : Split(line, '|')) out.push_back(Plain(Trim(cell)));
  return out;
}

bool NamesSources(std::string_view head) {
  return head.find("source") != std::string_view::npos ||
         head.find("Source") != std::string_view::npos ||
         head.find("依据") != std::string_view::npos;
}

bool IsAscii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

// Source lines of one paragraph: a space between Latin words, none between hanzi.
void Continue(std::string& paragraph, std::string_view line) {
  if (!paragraph.empty() && !line.empty() && IsAscii(paragraph.back()) && IsAscii(line.front())) {
    paragraph += ' ';
  }
  paragraph += line;
}

}  // namespace

Preface ReadPreface(std::string_view readme) {
  Preface out;
  std::string first, purpose, paragraph;
  std::string section;
  bool in_sources = false;
  const auto finish = [&] {
    if (paragraph.empty()) return;
    if (section.find("用途") != std::string::npos) {
      purpose += StrCat(purpose.empty() ? "" : "\n", paragraph);
    } else if (first.empty()) {
      first = paragraph;
    }
    paragraph.clear();
  };
  for (const std::string_view raw : Split(readme, '\n')) {
    const std::string_view line = Trim(raw);
    if (line.starts_with('#')) {
      finish();
      section = line;
      in_sources = false;
    } else if (line.starts_with('|')) {
      finish();
      const std::vector<std::string> cells = Cells(line);
      if (!in_sources) {
        in_sources = out.sources.empty() && cells.size() >= 2 && NamesSources(cells[0]);
      } else if (line.find_first_not_of("|-: ") != std::string_view::npos) {
        std::vector<std::string> uses;  // and what further columns say of the source
        for (size_t i = 2; i < cells.size(); ++i) {
          if (!cells[i].empty()) uses.push_back(cells[i]);
        }
        out.sources.push_back({cells[0], cells.size() > 1 ? cells[1] : "", Join(uses, "；")});
      }
    } else if (line.empty()) {
      finish();
      in_sources = false;
    } else {
      in_sources = false;
      Continue(paragraph, Plain(line));
    }
  }
  finish();
  out.purpose = purpose.empty() ? first : purpose;
  return out;
}

}  // namespace anjuan::describe
