// A set of states as bits; walked in document order.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace anjuan::chart {

class StateSet {
 public:
  explicit StateSet(size_t states) : words_((states + 63) / 64) {}

  void Insert(int state) { words_[Word(state)] |= Bit(state); }
  void Erase(int state) { words_[Word(state)] &= ~Bit(state); }
  bool Has(int state) const { return (words_[Word(state)] & Bit(state)) != 0; }
  bool Intersects(const StateSet& other) const {
    for (size_t i = 0; i < words_.size(); ++i) {
      if ((words_[i] & other.words_[i]) != 0) return true;
    }
    return false;
  }
  void Clear() { words_.assign(words_.size(), 0); }
  // Any state of first..last?
  bool HasAny(int first, int last) const {
    for (int state = first; state <= last; ++state) {
      if (Has(state)) return true;
    }
    return false;
  }

  std::vector<int> InOrder() const {
    std::vector<int> out;
    for (size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t rest = words_[i]; rest != 0; rest &= rest - 1) {
        out.push_back(static_cast<int>(i * 64) + std::countr_zero(rest));
      }
    }
    return out;
  }
  std::vector<int> InReverse() const {
    const std::vector<int> order = InOrder();
    return {order.rbegin(), order.rend()};
  }

 private:
  static size_t Word(int state) { return static_cast<size_t>(state) / 64; }
  static std::uint64_t Bit(int state) {
    return std::uint64_t{1} << (static_cast<size_t>(state) % 64);
  }
  std::vector<std::uint64_t> words_;
};

}  // namespace anjuan::chart
