// The rules of the house that a compiler does not check: who may include whom, words that do not
// belong, files nobody uses, what every folder holds. Each rule is a pure function of a tree of
// files, so that it can be tried on a bad one.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace anjuan::tidy {

// All files by their path inside the project ("engine/base/text.h").
using Tree = std::map<std::string, std::string>;

// The project's own files: nothing of .git, of build folders, or of what an editor leaves behind.
Tree ReadTree(const std::filesystem::path& root);

// "path:line: what is wrong", or "path: what is wrong"; empty where the tree keeps the rule.
using Findings = std::vector<std::string>;

Findings CheckLayers(const Tree& tree);
// No name and no header of a library in a header under engine/.
Findings CheckForeignNames(const Tree& tree);
// Unfinished work, paths of one machine, package registries, `using namespace` in a header.
Findings CheckWords(const Tree& tree);
// Processes, documents and forms are named by data alone.
Findings CheckDomainNames(const Tree& tree);
// README.md and CMakeLists.txt in every module; README.md and cases in every workflow; sample data
// beside every template.
Findings CheckFolders(const Tree& tree);
Findings CheckTopLevel(const Tree& tree);
Findings CheckLength(const Tree& tree);
// Headers nobody includes, sources no target names.
Findings CheckDeadFiles(const Tree& tree);
Findings CheckFileNames(const Tree& tree);

// Comments and the contents of string and character literals as blanks; lines keep their numbers.
std::string WithoutComments(std::string_view source);
std::string WithoutCommentsAndStrings(std::string_view source);

}  // namespace anjuan::tidy
