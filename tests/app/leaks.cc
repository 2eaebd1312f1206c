#include "tests/app/leaks.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>

#include "engine/base/digest.h"
#include "engine/base/signature.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "plugins/sqlite/sqlite_store.h"
#include "plugins/xlsx/zip.h"

namespace anjuan::test {

namespace {

constexpr size_t kStart = 4;
constexpr int kStartBits = 22;

size_t StartOf(const char* at) {
  std::uint32_t four = 0;
  std::memcpy(&four, at, kStart);
  return (four * 2654435761U) >> (32 - kStartBits);
}

// What of a base64 text depends on `secret` alone, where it begins at byte `offset` of a triple.
std::string InBase64(std::string_view secret, size_t offset) {
  const std::string coded = ToBase64(std::string(offset, ' ') + std::string(secret));
  const size_t first = (offset * 8 + 5) / 6;
  const size_t bits = (offset + secret.size()) * 8;
  return coded.substr(first, bits / 6 - first);
}

std::string Upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

std::string EverySecond(std::string_view bytes, size_t from) {
  std::string out;
  out.reserve(bytes.size() / 2 + 1);
  for (size_t i = from; i < bytes.size(); i += 2) out += bytes[i];
  return out;
}

}  // namespace

LeakSearch::LeakSearch(const std::vector<std::string>& secrets)
    : starts_(size_t{1} << kStartBits, false) {
  for (const std::string& secret : secrets) {
    const std::string hash = ToHex(Sha256(secret));
    for (const std::string& hex : {ToHex(secret), hash}) {
      Add(hex, secret);
      Add(Upper(hex), secret);
    }
    Add(std::string(AsBytes(Sha256(secret))), secret);
    for (size_t offset = 0; offset < 3; ++offset) Add(InBase64(secret, offset), secret);
    Add(secret, secret);
  }
  for (const auto& [needle, secret] : needles_) {
    by_length_[needle.size()].insert(needle);
    starts_[StartOf(needle.data())] = true;
  }
}

void LeakSearch::Add(std::string needle, const std::string& secret) {
  needles_.emplace(std::move(needle), secret);
}

void LeakSearch::LookPlain(const std::string& where, std::string_view bytes) {
  bytes_ += bytes.size();
  for (size_t at = 0; at + kStart <= bytes.size(); ++at) {
    if (!starts_[StartOf(bytes.data() + at)]) continue;
    for (const auto& [length, needles] : by_length_) {
      if (at + length > bytes.size()) break;
      const auto hit = needles.find(bytes.substr(at, length));
      if (hit == needles.end()) continue;
      // Eleven digits in the midst of a hash are chance.
      const bool inside =
          at > 0 && at + length < bytes.size() && IsHex(bytes[at - 1]) && IsHex(bytes[at + length]);
      const auto& [needle, secret] = *needles_.find(std::string(*hit));
      if (inside && needle == secret && std::ranges::all_of(needle, IsHex)) continue;
      found_[where].emplace(secret, needle);
    }
  }
}

void LeakSearch::Look(const std::string& where, std::string_view bytes) {
  LookPlain(where, bytes);
  LookPlain(where + " (UTF-16)", EverySecond(bytes, 0));
  LookPlain(where + " (UTF-16)", EverySecond(bytes, 1));
  if (bytes.starts_with("PK\x03\x04")) LookIntoZip(where, bytes);
}

void LeakSearch::LookIntoZip(const std::string& where, std::string_view bytes) {
  const xlsx::Zip zip{std::string(bytes)};
  for (const auto& [name, entry] : zip.entries()) {
    if (name.ends_with(".pdf")) continue;  // as outside: what a paper says is printed on it
    std::string part;
    const auto stream = zip.Open(entry);
    std::vector<char> buffer(size_t{1} << 16);
    while (const size_t got = stream->Read(buffer.data(), buffer.size())) {
      part.append(buffer.data(), got);
    }
    Look(StrCat(where, "!", name), part);
  }
}

void LeakSearch::LookIntoDatabase(const std::filesystem::path& file) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  std::vector<std::string> tables;
  const auto rows = [&](const std::string& sql, const auto& take) {
    sqlite3_stmt* statement = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sql;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const auto* cell = static_cast<const char*>(sqlite3_column_blob(statement, i));
        const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, i));
        if (cell != nullptr) take(std::string(cell, size));
      }
    }
    sqlite3_finalize(statement);
  };
  rows("SELECT name FROM sqlite_schema WHERE type = 'table'",
       [&](const std::string& name) { tables.push_back(name); });
  EXPECT_GT(tables.size(), 10U) << file;
  for (const std::string& table : tables) {
    rows(StrCat("SELECT * FROM \"", table, "\""),
         [&](const std::string& cell) { Look(StrCat(file.string(), "!", table), cell); });
  }
  sqlite3_close(db);
}

// What the store packs in its file, as the program reads it.
void LeakSearch::LookIntoStore(const std::filesystem::path& file) {
  const auto store = sqlite::OpenSqliteStore(file.string());
  store->Read([&](port::Reader& reader) {
    for (const port::Table* table : port::AllTables()) {
      reader.Scan(*table, {}, [&](const port::Row& row) {
        for (const port::Cell& cell : row) {
          const auto* bytes = std::get_if<std::string>(&cell);
          if (bytes != nullptr) Look(StrCat(file.string(), "!", table->name, " read"), *bytes);
        }
        return true;
      });
    }
  });
}

void LeakSearch::LookIntoFile(const std::filesystem::path& file) {
  std::string bytes;
  {
    std::ifstream in(file, std::ios::binary);
    ASSERT_TRUE(in.good()) << file;
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  Look(file.string(), bytes);
  if (!bytes.starts_with("SQLite format 3")) return;
  LookIntoDatabase(file);
  LookIntoStore(file);
}

size_t LeakSearch::found_in(const std::string& where) const {
  size_t count = 0;
  for (const auto& [place, secrets] : found_) {
    if (place.find(where) != std::string::npos) count += secrets.size();
  }
  return count;
}

std::string LeakSearch::Found() const {
  std::string out;
  for (const auto& [where, secrets] : found_) {
    out += StrCat(where, ": ", secrets.size(), ", such as ", secrets.begin()->first, " as ",
                  secrets.begin()->second, "\n");
  }
  return out;
}

}  // namespace anjuan::test
