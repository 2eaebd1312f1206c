// Where the parts of a tree lie: made one after the other in one piece of memory and given back all
// at once. An expression has dozens of parts, and asking the heap for each took half of the time of
// compiling it.
#pragma once

#include <memory>
#include <memory_resource>

namespace anjuan::feel {

// Of the heap unless it is given another resource.
using TreeMemory = std::pmr::polymorphic_allocator<>;

// A part knows its memory by the vector of its kids.
template <typename Part>
struct TreeDelete {
  void operator()(Part* part) const {
    TreeMemory memory(part->kids.get_allocator().resource());
    memory.delete_object(part);
  }
};
template <typename Part>
using TreePointer = std::unique_ptr<Part, TreeDelete<Part>>;

template <typename Part>
TreePointer<Part> MakePart(TreeMemory memory) {
  return TreePointer<Part>(memory.new_object<Part>());
}

}  // namespace anjuan::feel
