// Whether secrets that were planted stand anywhere in what a program left behind.
//
// Bytes are searched as they are, so that no reader's mistake hides anything, and once more where
// they are packed: members of ZIP files, every cell of a database (a row may break over pages), and
// what the store reads in them. A secret is found as it was typed and in what anyone could turn
// back into it: UTF-16, hex, base64, and its plain SHA-256, which ID numbers are few enough to be
// guessed from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace anjuan::test {

class LeakSearch {
 public:
  // ASCII or UTF-8, none shorter than eight bytes.
  explicit LeakSearch(const std::vector<std::string>& secrets);

  void Look(const std::string& where, std::string_view bytes);
  void LookIntoFile(const std::filesystem::path& file);

  // "where: how many different secrets"; one of them is named.
  std::string Found() const;
  bool found() const { return !found_.empty(); }
  size_t found_in(const std::string& where) const;
  std::uint64_t bytes() const { return bytes_; }

 private:
  void Add(std::string needle, const std::string& secret);
  void LookPlain(const std::string& where, std::string_view bytes);
  void LookIntoZip(const std::string& where, std::string_view bytes);
  void LookIntoDatabase(const std::filesystem::path& file);
  void LookIntoStore(const std::filesystem::path& file);

  std::map<std::string, std::string> needles_;  // as it would stand -> the secret
  std::map<size_t, std::unordered_set<std::string_view>> by_length_;
  std::vector<bool> starts_;                                         // of four bytes, hashed
  std::map<std::string, std::map<std::string, std::string>> found_;  // where -> secret -> as
  std::uint64_t bytes_ = 0;
};

}  // namespace anjuan::test
