#pragma once

// Puts a tree together from its files: their sections, the supervisors in supervisors, and what is included.
// What it says against it is about the text, as are missing keys; what is wrong with the tree that is written
// there is for check() to find (origin.hpp).

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <ninelives/spec/tree.hpp>

#include "supervisor/config/documents.hpp"
#include "supervisor/config/origin.hpp"
#include "supervisor/config/section_reader.hpp"

namespace ninelives::supervisor {

class TreeReader {
 public:
  // `documents` must outlive the reader. What is included comes to them, and each fault to that of its file.
  explicit TreeReader(Documents& documents);

  ninelives::TreeSpec read_tree(Document& file, Origin& origin);

  // Of a text with one [[child]] and nothing else. None or more of them come with a fault; `origin` is that
  // of a supervisor over them.
  std::vector<ninelives::ChildSpec> read_lone_child(Document& file, Origin& origin);

 private:
  // Where the children of somebody stand.
  struct Level {
    Document& file;
    std::size_t depth;   // in the tree; the root's children are at 1
    std::string header;  // in the file: what is between the double brackets
  };

  void read_file(SectionReader& top, const Level& level, ninelives::SupervisorSpec& spec, Origin& origin);
  bool read_supervisor_section(SectionReader& top, Document& file, ninelives::SupervisorSpec& spec,
                               Origin& origin);
  void read_children(SectionReader& reader, const Level& level, ninelives::SupervisorSpec& spec,
                     Origin& origin);
  bool may_have_one_more(Document& file, Place place);
  ninelives::ChildSpec read_child(const TomlValue& value, const Level& level, bool is_partition,
                                  Origin& origin);
  void read_supervisor(SectionReader& reader, Section section, const Level& level, ninelives::ChildSpec& spec,
                       Origin& origin);
  void include(SectionReader& reader, const TomlEntry& entry, const Level& level,
               ninelives::SupervisorSpec& spec, Origin& origin);
  std::string cycle_to(const std::filesystem::path& absolute) const;

  Documents& documents_;
  std::string path_variable_;
  std::vector<const Document*> open_;  // those that are being read, each included by the one before
  std::size_t children_ = 0;
};

}  // namespace ninelives::supervisor
