#include "supervisor/config/documents.hpp"

#include "supervisor/config/file_text.hpp"

namespace ninelives::supervisor {

std::expected<Document*, std::string> Documents::open(const std::filesystem::path& name,
                                                      const std::filesystem::path& absolute) {
  if (const auto known = by_path_.find(absolute); known != by_path_.end()) return known->second;
  const auto text = read_file_text(absolute);
  if (!text) return std::unexpected(text.error());
  return &add(*text, name, absolute);
}

Document& Documents::add(std::string_view text, const std::filesystem::path& name,
                         const std::filesystem::path& absolute) {
  Document& document = documents_.emplace_back(Document{name, absolute, {}, {}});
  document.table = parse_toml(text, document.faults);
  by_path_.emplace(absolute, &document);
  return document;
}

std::vector<Fault> Documents::faults() const {
  std::vector<Fault> all;
  for (const Document& document : documents_) document.faults.append_in_order(document.name, all);
  return all;
}

}  // namespace ninelives::supervisor
