// Finds a list's heading among the rows an office puts above it (title, unit, date), in one row or
// several.

#include <algorithm>
#include <map>
#include <set>

#include "engine/base/text.h"
#include "engine/form/cell.h"
#include "engine/form/list.h"

namespace anjuan::form {

namespace {

constexpr size_t kDeepestHeading = 3;

std::set<std::string> Keys(const std::vector<std::string>& words) {
  std::set<std::string> out;
  for (const std::string& word : words) out.insert(HeadingKey(word));
  return out;
}

class HeadingFinder {
 public:
  HeadingFinder(const ListDescription& description, const std::vector<TableRow>& rows,
                const std::vector<MergedCells>* merges)
      : description_(description),
        rows_(rows),
        merges_known_(merges != nullptr),
        groups_(Keys(description.groups)),
        ignored_(Keys(description.ignored)) {
    if (merges != nullptr) PlaceMerges(*merges);
    for (size_t i = 0; i < description.columns.size(); ++i) {
      const ListColumn& column = description.columns[i];
      by_word_.emplace(HeadingKey(column.key), i);
      by_word_.emplace(HeadingKey(column.label), i);
      for (const std::string& synonym : column.synonyms) by_word_.emplace(PathKey(synonym), i);
    }
  }

  // The heading that begins in row `first` of those given and takes `depth` of them.
  ListMatch Match(size_t first, size_t depth) const {
    ListMatch match;
    match.first_row = rows_[first].number;
    match.last_row = rows_[first + depth - 1].number;
    size_t width = 0;
    for (size_t i = first; i < first + depth; ++i) width = std::max(width, rows_[i].cells.size());
    match.width = width;
    std::set<size_t> found;
    for (size_t position = 0; position < width; ++position) {
      const std::vector<std::string> parts = Parts(first, depth, position);
      if (parts.empty()) continue;
      ListMatch::Column column{.position = position, .heading = Join(parts, "/"), .column = {}};
      column.column = Find(parts);
      column.ignored = !column.column && ignored_.contains(HeadingKey(parts.back()));
      if (column.column) found.insert(*column.column);
      match.columns.push_back(std::move(column));
    }
    match.matched = found.size();
    return match;
  }

 private:
  // "职工人数/女职工", each part as it is compared.
  static std::string PathKey(std::string_view path) {
    std::string out;
    for (const std::string_view part : Split(path, '/')) {
      out += StrCat(out.empty() ? "" : "/", HeadingKey(part));
    }
    return out;
  }

  std::string Cell(size_t row, size_t position) const {
    const std::vector<std::string>& cells = rows_[row].cells;
    std::string text(position < cells.size() ? Trim(cells[position]) : "");
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });  // broken to fit its column
    return text;
  }

  // Whatever a file says of merged cells, more than there are places is not looked at.
  void PlaceMerges(const std::vector<MergedCells>& merges) {
    size_t left = rows_.size() * kMostColumns;
    for (const MergedCells& merge : merges) {
      if (merge.first_column >= kMostColumns) continue;
      for (size_t row = 0; row < rows_.size(); ++row) {
        const int number = rows_[row].number;
        if (number < merge.first_row || number > merge.last_row) continue;
        const size_t last = std::min(merge.last_column, kMostColumns - 1);
        for (size_t column = merge.first_column; column <= last; ++column) {
          merged_[{row, column}] = {merge.first_row, merge.first_column};
        }
        left -= std::min(left, last - merge.first_column + 1);
        if (left == 0) return;
      }
    }
  }

  // What a merged cell shows over all of its places.
  std::string Shown(size_t first, size_t row, size_t position) const {
    const auto merge = merged_.find({row, position});
    if (merge == merged_.end()) return Cell(row, position);
    const auto [number, column] = merge->second;
    for (size_t i = first; i <= row; ++i) {
      if (rows_[i].number == number) return Cell(i, column);
    }
    return "";  // begins above the heading: a title
  }

  // The column's headings from the top down; of equal neighbours one.
  std::vector<std::string> Parts(size_t first, size_t depth, size_t position) const {
    std::vector<std::string> out;
    for (size_t row = first; row < first + depth; ++row) {
      std::string part = Shown(first, row, position);
      // Where merges are not known, a parent is taken to reach over the columns beside it that have
      // a child and no parent of their own.
      const bool child = row + 1 < first + depth && !Cell(row + 1, position).empty();
      for (size_t left = position; !merges_known_ && child && part.empty() && left-- > 0;) {
        part = Cell(row, left);
      }
      if (!part.empty() && (out.empty() || out.back() != part)) out.push_back(std::move(part));
    }
    return out;
  }

  std::optional<size_t> Find(const std::vector<std::string>& parts) const {
    std::string path;
    std::string run;
    for (size_t i = 0; i < parts.size(); ++i) {
      const std::string key = HeadingKey(parts[i]);
      if (i + 1 < parts.size() && path.empty() && groups_.contains(key)) continue;
      path += StrCat(path.empty() ? "" : "/", key);
      run += key;
    }
    for (const std::string& word : {path, run}) {
      const auto found = by_word_.find(word);
      if (found != by_word_.end()) return found->second;
    }
    return std::nullopt;
  }

  const ListDescription& description_;
  const std::vector<TableRow>& rows_;
  bool merges_known_;
  // Row (of those given) and column -> the row (of the sheet) and column whose content is shown.
  std::map<std::pair<size_t, size_t>, std::pair<int, size_t>> merged_;
  std::set<std::string> groups_;
  std::set<std::string> ignored_;
  std::map<std::string, size_t> by_word_;
};

bool IsFound(const ListMatch& match, const ListDescription& description, std::string_view key) {
  return std::any_of(match.columns.begin(), match.columns.end(), [&](const auto& column) {
    return column.column && description.columns[*column.column].key == key;
  });
}

// Columns of one meaning, and required ones that are not there.
void Judge(const ListDescription& description, std::string_view sheet, std::string_view file,
           ListMatch& match) {
  std::map<size_t, size_t> taken;
  for (ListMatch::Column& column : match.columns) {
    if (!column.column) continue;
    const auto [at, fresh] = taken.emplace(*column.column, column.position);
    if (fresh) continue;
    match.mistakes.push_back(
        {.code = "list.column",
         .message = StrCat(CellAddress(sheet, match.last_row, column.position), "：“",
                           column.heading, "”与", ColumnLetters(at->second), "列重复"),
         .at = {std::string(file), match.last_row, static_cast<int>(column.position) + 1},
         .hint = "请删去其中一列，或改掉不用的那一列的表头"});
    column.column = std::nullopt;
  }
  for (size_t i = 0; i < description.columns.size(); ++i) {
    const ListColumn& column = description.columns[i];
    const bool stands_in =
        !column.default_from.empty() && IsFound(match, description, column.default_from);
    if (!column.required || taken.contains(i) || stands_in) continue;
    match.missing.push_back(i);
  }
}

}  // namespace

std::vector<std::optional<size_t>> ListMatch::ByPosition() const {
  std::vector<std::optional<size_t>> out;
  out.resize(width);
  for (const Column& column : columns) out[column.position] = column.column;
  return out;
}

std::optional<ListMatch> FindHeading(const ListDescription& description,
                                     const std::vector<TableRow>& first_rows,
                                     const std::vector<MergedCells>* merges, std::string_view sheet,
                                     std::string_view file) {
  const HeadingFinder finder(description, first_rows, merges);
  std::optional<ListMatch> best;
  size_t best_depth = 0;
  for (size_t first = 0; first < std::min(first_rows.size(), kHeadingWithin); ++first) {
    const size_t deepest = std::min(kDeepestHeading, first_rows.size() - first);
    for (size_t depth = 1; depth <= deepest; ++depth) {
      ListMatch match = finder.Match(first, depth);
      // A row more must find columns more, else it is the title, or already the list's first.
      const bool better = !best ? match.matched > 0
                                : match.matched > best->matched ||
                                      (match.matched == best->matched && depth < best_depth);
      if (!better) continue;
      best = std::move(match);
      best_depth = depth;
    }
  }
  if (best) Judge(description, sheet, file, *best);
  return best;
}

}  // namespace anjuan::form
