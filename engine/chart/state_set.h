// A set of states as bits; walked in document order.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace anjuan::chart {

class StateSet {
 public:
  StateSet() = default;  // of a chart without states, until one is assigned
  explicit StateSet(size_t states) : words_((states + 63) / 64) {}
  bool operator==(const StateSet&) const = default;

  void Insert(int state) { words_[Word(state)] |= Bit(state); }
  void Erase(int state) { words_[Word(state)] &= ~Bit(state); }
  bool Has(int state) const { return (words_[Word(state)] & Bit(state)) != 0; }
  // Those of `other` among first..last.
  void InsertRange(const StateSet& other, int first, int last) {
    if (first > last) return;
    for (size_t i = Word(first); i <= Word(last); ++i) {
      words_[i] |= other.words_[i] & Mask(i, first, last);
    }
  }
  void Clear() { words_.assign(words_.size(), 0); }
  // Any state of first..last?
  bool HasAny(int first, int last) const {
    if (first > last) return false;
    for (size_t i = Word(first); i <= Word(last); ++i) {
      if ((words_[i] & Mask(i, first, last)) != 0) return true;
    }
    return false;
  }

  // Calls visit(state) for each, in document order. A word is read before its states are visited:
  // what `visit` inserts or erases is not seen in that word.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t rest = words_[i]; rest != 0; rest &= rest - 1) {
        visit(static_cast<int>(i * 64) + std::countr_zero(rest));
      }
    }
  }
  template <typename Visit>
  void ForEachReverse(Visit visit) const {
    for (size_t i = words_.size(); i-- > 0;) {
      for (std::uint64_t rest = words_[i]; rest != 0;) {
        const int bit = 63 - std::countl_zero(rest);
        rest &= ~(std::uint64_t{1} << bit);
        visit(static_cast<int>(i * 64) + bit);
      }
    }
  }

  std::vector<int> InOrder() const {
    std::vector<int> out;
    ForEach([&](int state) { out.push_back(state); });
    return out;
  }

 private:
  static size_t Word(int state) { return static_cast<size_t>(state) / 64; }
  static std::uint64_t Bit(int state) {
    return std::uint64_t{1} << (static_cast<size_t>(state) % 64);
  }
  // The bits of word `i` that belong to first..last, which reach into it.
  static std::uint64_t Mask(size_t i, int first, int last) {
    std::uint64_t mask = ~std::uint64_t{0};
    if (i == Word(first)) mask &= ~std::uint64_t{0} << (static_cast<size_t>(first) % 64);
    if (i == Word(last)) mask &= ~std::uint64_t{0} >> (63 - static_cast<size_t>(last) % 64);
    return mask;
  }
  std::vector<std::uint64_t> words_;
};

}  // namespace anjuan::chart
