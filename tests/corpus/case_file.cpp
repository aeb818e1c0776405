// Reads files of cases, line by line.
#include "tests/corpus/case_file.hpp"
#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace pfq::test {

namespace {

std::string trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\r");
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

class Reader {
public:
    explicit Reader(const std::filesystem::path& file) : name_(file.filename()), in_(file) {
        if (!in_)
            throw std::invalid_argument(file.string() + ": cannot be read");
    }

    std::vector<ProgramCase> read() {
        for (std::string line; std::getline(in_, line);) {
            ++number_;
            try {
                take(line);
            } catch (const std::invalid_argument& error) {
                throw std::invalid_argument(name_ + ":" + std::to_string(number_) + ": " + error.what());
            }
        }
        return std::move(cases_);
    }

private:
    void take(const std::string& line) {
        const bool indented = line.starts_with(' ');
        if (in_program_ && (indented || trimmed(line).empty())) {
            continue_program(line);
            return;
        }
        in_program_ = false;
        if (trimmed(line).empty() || line.front() == '#')
            return;
        const auto blank = line.find(' ');
        const std::string keyword = line.substr(0, blank);
        const std::string rest = blank == std::string::npos ? "" : trimmed(line.substr(blank));
        if (keyword == "program")
            start_program(rest);
        else if (keyword == "table")
            add_table(current().tables, rest);
        else if (keyword == "packet")
            add_packet(rest);
        else if (keyword == "bpf-alone")
            current().bpf_alone = true;
        else
            throw std::invalid_argument("unknown keyword '" + keyword +
                                        "', known are program, table, packet and bpf-alone");
    }

    void start_program(const std::string& text) {
        cases_.push_back({.file = name_, .line = number_, .program = text, .tables = {}, .packets = {}});
        in_program_ = text.empty();
        indentation_ = std::string::npos;
    }

    /// A program of several lines is indented; blank lines may be part of it.
    void continue_program(const std::string& line) {
        std::string& program = cases_.back().program;
        if (indentation_ == std::string::npos)
            indentation_ = line.find_first_not_of(' ');
        program += indentation_ < line.size() ? line.substr(indentation_) + "\n" : "\n";
    }

    void add_packet(const std::string& text) {
        const auto arrow = text.rfind(" => ");
        if (arrow == std::string::npos)
            throw std::invalid_argument("a packet without ' => ' and a verdict");
        const std::string packet = trimmed(text.substr(0, arrow));
        current().packets.push_back({number_, packet, parse_packet(packet), parse_expectation(text.substr(arrow + 4))});
    }

    ProgramCase& current() {
        if (cases_.empty())
            throw std::invalid_argument("a program has to come first");
        return cases_.back();
    }

    std::string name_;
    std::ifstream in_;
    std::vector<ProgramCase> cases_;
    unsigned number_ = 0;
    bool in_program_ = false;
    std::size_t indentation_ = std::string::npos;
};

} // namespace

std::string place(const ProgramCase& program, unsigned line) {
    return program.file + ":" + std::to_string(line);
}

std::vector<ProgramCase> read_cases(const std::filesystem::path& file) {
    return Reader(file).read();
}

std::vector<std::filesystem::path> case_files() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(PFQ_CORPUS_CASES))
        if (entry.path().extension() == ".case")
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

} // namespace pfq::test
