#include "codegen/loader.hpp"
#include <algorithm>
#include <charconv>
#include <cstring>
#include <elf.h>
#include <limits>
#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>
#include <vector>

// datapath/cold.h, by name and address only.
extern "C" {
void pfq_parse_any();
void pfq_step_inside();
void pfq_in_ranges();
}

namespace pfq::codegen {

namespace {

struct Import {
    std::string_view name;
    void (*address)();
};
/// All that an object may ask for: the data path's own functions, and what quickly emitted code copies structs with.
const Import imports[] = {
    {"pfq_parse_any", pfq_parse_any},
    {"pfq_step_inside", pfq_step_inside},
    {"pfq_in_ranges", pfq_in_ranges},
    {"memcpy", reinterpret_cast<void (*)()>(&std::memcpy)},
    {"memset", reinterpret_cast<void (*)()>(&std::memset)},
};
constexpr std::uint64_t stub_size = 16;

constexpr std::uint64_t largest_image = std::uint64_t{1} << 30;

struct BadObject : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[noreturn]] void bad(const std::string& text) {
    throw BadObject("invalid native object: " + text);
}

} // namespace

/// Lays the sections out in one mapping (code and constants on pages of their own), relocates, finds the entries.
class ObjectLoader {
public:
    explicit ObjectLoader(std::string_view object) : object_(object) {}

    NativeProgram run() {
        read_header();
        place_sections();
        map();
        for (const auto& section : sections_)
            if (section.sh_type == SHT_RELA && section.sh_info < sections_.size() && placed_[section.sh_info])
                relocate(section);
            else if (section.sh_type == SHT_REL)
                bad("relocations without addend");
        find_entries();
        protect();
        return std::move(program_);
    }

private:
    template <class T> T read(std::uint64_t offset) const {
        if (offset > object_.size() || object_.size() - offset < sizeof(T))
            bad("it ends early");
        T value;
        std::memcpy(&value, object_.data() + offset, sizeof value);
        return value;
    }

    std::string_view bytes(const Elf64_Shdr& section) const {
        if (section.sh_offset > object_.size() || section.sh_size > object_.size() - section.sh_offset)
            bad("a section lies outside of it");
        return object_.substr(section.sh_offset, section.sh_size);
    }

    void read_header() {
        const auto header = read<Elf64_Ehdr>(0);
        if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
            header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_type != ET_REL)
            bad("not a relocatable ELF object");
        if (header.e_machine != EM_X86_64)
            bad("not for x86-64, the only processor that native code is loaded for");
        if (header.e_shentsize != sizeof(Elf64_Shdr))
            bad("sections of an unknown format");
        for (unsigned i = 0; i < header.e_shnum; ++i)
            sections_.push_back(read<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr)));
    }

    /// Code first, constants behind it from the next page on.
    void place_sections() {
        placed_.resize(sections_.size());
        address_.resize(sections_.size());
        std::uint64_t end = 0;
        for (const bool code : {true, false}) {
            const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
            end = (end + page - 1) / page * page;
            for (std::size_t i = 0; i < sections_.size(); ++i) {
                const auto& section = sections_[i];
                if (!(section.sh_flags & SHF_ALLOC) || section.sh_type == SHT_X86_64_UNWIND ||
                    ((section.sh_flags & SHF_EXECINSTR) != 0) != code)
                    continue;
                if ((section.sh_flags & SHF_WRITE) && section.sh_size != 0 && section.sh_type == SHT_NOBITS)
                    bad("it has variables");
                const std::uint64_t alignment = std::max<std::uint64_t>(section.sh_addralign, 1);
                if (alignment > page || (alignment & (alignment - 1)) != 0 || section.sh_size > largest_image)
                    bad("a section has an invalid size or alignment");
                end = (end + alignment - 1) / alignment * alignment;
                address_[i] = end;
                placed_[i] = true;
                end += section.sh_size;
                if (end > largest_image)
                    bad("it is too large");
            }
            if (code) {
                stubs_ = (end + stub_size - 1) / stub_size * stub_size;
                code_end_ = end = stubs_ + std::size(imports) * stub_size;
            }
        }
        program_.size_ = std::max<std::uint64_t>(end, 1);
    }

    void map() {
        void* memory = mmap(nullptr, program_.size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED)
            throw BadObject("no memory for native code");
        program_.memory_ = memory;
        for (std::size_t i = 0; i < sections_.size(); ++i)
            if (placed_[i] && sections_[i].sh_type != SHT_NOBITS) {
                const auto content = bytes(sections_[i]);
                std::memcpy(base() + address_[i], content.data(), content.size());
            }
        for (std::size_t i = 0; i < std::size(imports); ++i)
            write_stub(base() + stubs_ + i * stub_size, imports[i].address);
    }

    /// jmp *(the next 8 bytes): the function may be further away than a relocation reaches.
    static void write_stub(char* at, void (*address)()) {
        static constexpr unsigned char jump[] = {0xff, 0x25, 0, 0, 0, 0};
        std::memcpy(at, jump, sizeof jump);
        std::memcpy(at + sizeof jump, &address, sizeof address);
    }

    char* base() const { return static_cast<char*>(program_.memory_); }

    /// Where a symbol is, as an offset into the mapping.
    std::uint64_t resolve(const Elf64_Shdr& table, const Elf64_Sym& symbol) const {
        if (symbol.st_shndx == SHN_UNDEF) {
            const auto wanted = name_of(table, symbol);
            for (std::size_t i = 0; i < std::size(imports); ++i)
                if (imports[i].name == wanted)
                    return stubs_ + i * stub_size;
            bad("it needs `" + std::string(wanted) + "`");
        }
        if (symbol.st_shndx >= sections_.size() || !placed_[symbol.st_shndx] ||
            symbol.st_value > sections_[symbol.st_shndx].sh_size)
            bad("a symbol lies outside of its sections");
        return address_[symbol.st_shndx] + symbol.st_value;
    }

    Elf64_Sym symbol(const Elf64_Shdr& table, std::uint64_t index) const {
        if (table.sh_type != SHT_SYMTAB || index >= bytes(table).size() / sizeof(Elf64_Sym))
            bad("a symbol does not exist");
        return read<Elf64_Sym>(table.sh_offset + index * sizeof(Elf64_Sym));
    }

    void relocate(const Elf64_Shdr& section) {
        const auto& target = sections_[section.sh_info];
        if (section.sh_link >= sections_.size())
            bad("relocations without symbols");
        const std::uint64_t count = bytes(section).size() / sizeof(Elf64_Rela);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto entry = read<Elf64_Rela>(section.sh_offset + i * sizeof(Elf64_Rela));
            const auto& symbols = sections_[section.sh_link];
            const std::uint64_t to = resolve(symbols, symbol(symbols, ELF64_R_SYM(entry.r_info)));
            const std::uint64_t type = ELF64_R_TYPE(entry.r_info);
            const std::uint64_t width = type == R_X86_64_64 || type == R_X86_64_PC64 ? 8 : 4;
            if (target.sh_type == SHT_NOBITS || target.sh_size < width || entry.r_offset > target.sh_size - width)
                bad("a relocation lies outside of its section");
            apply(type, address_[section.sh_info] + entry.r_offset, to, entry.r_addend);
        }
    }

    /// `at` and `to` are offsets into the mapping.
    void apply(std::uint64_t type, std::uint64_t at, std::uint64_t to, std::int64_t addend) const {
        const auto relative =
            static_cast<std::int64_t>(to - at + static_cast<std::uint64_t>(addend)); // may wrap around
        switch (type) {
        case R_X86_64_PC32:
        case R_X86_64_PLT32: {
            if (relative < std::numeric_limits<std::int32_t>::min() ||
                relative > std::numeric_limits<std::int32_t>::max())
                bad("a relocation is out of range");
            const auto value = static_cast<std::int32_t>(relative);
            std::memcpy(base() + at, &value, sizeof value);
            return;
        }
        case R_X86_64_PC64:
            std::memcpy(base() + at, &relative, sizeof relative);
            return;
        case R_X86_64_64: {
            const std::uint64_t value =
                reinterpret_cast<std::uintptr_t>(base()) + to + static_cast<std::uint64_t>(addend);
            std::memcpy(base() + at, &value, sizeof value);
            return;
        }
        default:
            bad("unknown relocation " + std::to_string(type));
        }
    }

    std::string_view name_of(const Elf64_Shdr& table, const Elf64_Sym& symbol) const {
        if (table.sh_link >= sections_.size())
            bad("symbols without names");
        const auto names = bytes(sections_[table.sh_link]);
        const auto end = names.find('\0', symbol.st_name);
        if (end == std::string_view::npos)
            bad("a name does not end");
        return names.substr(symbol.st_name, end - symbol.st_name);
    }

    void find_entries() {
        for (const auto& table : sections_) {
            if (table.sh_type != SHT_SYMTAB)
                continue;
            for (std::uint64_t i = 0; i < bytes(table).size() / sizeof(Elf64_Sym); ++i) {
                const auto entry = symbol(table, i);
                if (ELF64_ST_BIND(entry.st_info) == STB_GLOBAL && ELF64_ST_TYPE(entry.st_info) == STT_FUNC)
                    add_entry(name_of(table, entry), table, entry);
            }
        }
    }

    void add_entry(std::string_view name, const Elf64_Shdr& table, const Elf64_Sym& entry) {
        for (const auto& [prefix, list] : {std::pair{std::string_view("pfq_batch_"), program_.batch_},
                                           std::pair{std::string_view("pfq_filter_"), program_.filter_}}) {
            if (!name.starts_with(prefix))
                continue;
            std::size_t index = 0;
            const auto* last = name.data() + name.size();
            const auto parsed = std::from_chars(name.data() + prefix.size(), last, index);
            if (parsed.ec != std::errc{} || parsed.ptr != last || index >= NativeProgram::max_groups)
                bad("an entry point has an invalid name");
            const auto at = resolve(table, entry);
            if (at >= code_end_)
                bad("an entry point is not code");
            list[index] = base() + at;
            program_.groups_ = std::max(program_.groups_, index + 1);
        }
    }

    void protect() const {
        const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
        const std::uint64_t code = std::min((code_end_ + page - 1) / page * page, program_.size_);
        if ((code != 0 && mprotect(base(), code, PROT_READ | PROT_EXEC) != 0) ||
            (code < program_.size_ && mprotect(base() + code, program_.size_ - code, PROT_READ) != 0))
            throw BadObject("cannot make native code executable");
    }

    std::string_view object_;
    std::vector<Elf64_Shdr> sections_;
    std::vector<bool> placed_;
    std::vector<std::uint64_t> address_; ///< offset into the mapping
    std::uint64_t code_end_ = 0, stubs_ = 0;
    NativeProgram program_;
};

std::expected<NativeProgram, std::string> NativeProgram::load(std::string_view object) {
    try {
        return ObjectLoader(object).run();
    } catch (const BadObject& error) {
        return std::unexpected(error.what());
    }
}

NativeProgram::NativeProgram(NativeProgram&& other) noexcept {
    *this = std::move(other);
}

NativeProgram& NativeProgram::operator=(NativeProgram&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(size_, other.size_);
    std::swap(groups_, other.groups_);
    std::swap(batch_, other.batch_);
    std::swap(filter_, other.filter_);
    return *this;
}

NativeProgram::~NativeProgram() {
    if (memory_)
        munmap(memory_, size_);
}

pfq_batch_function NativeProgram::batch(std::size_t index) const {
    return index < max_groups ? reinterpret_cast<pfq_batch_function>(batch_[index]) : nullptr;
}

pfq_filter_function NativeProgram::filter(std::size_t index) const {
    return index < max_groups ? reinterpret_cast<pfq_filter_function>(filter_[index]) : nullptr;
}

} // namespace pfq::codegen
