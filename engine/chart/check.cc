#include "engine/chart/draft.h"
namespace anjuan::chart {
void CheckStructure(Draft&) {}
}  // namespace anjuan::chart
