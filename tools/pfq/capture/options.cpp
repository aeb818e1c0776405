#include "tools/pfq/capture/capture.hpp"

namespace pfq::tools {
namespace {

std::vector<Option> packet_options() {
    return {
        {.name = "interface",
         .letter = 'i',
         .value = device("DEVICE"),
         .repeatable = true,
         .help = "capture from a device, or from its number in the list of -D; several devices are merged by time. "
                 "Default: the first one that is up"},
        {.name = "list-interfaces", .letter = 'D', .help = "list the devices, and end"},
        {.name = "read", .letter = 'r', .value = file("FILE"), .help = "read a capture instead; - is standard input"},
        {.name = "file", .letter = 'F', .value = file("FILE"), .help = "the filter expression is in FILE"},
        {.name = "expression",
         .letter = 'e',
         .value = text("PROGRAM"),
         .help = "a computation behind the filter: only the packets that it delivers are captured"},
        {.name = "count",
         .letter = 'c',
         .value = number("COUNT", 1, ~std::uint64_t{0}),
         .help = "end after COUNT packets"},
        {.name = "snapshot-length",
         .letter = 's',
         .value = size("BYTES", 0, 262144),
         .help = "at most BYTES of each packet; 0 is no limit (the default)"},
        {.name = "direction",
         .letter = 'Q',
         .value = choice("DIRECTION", {"in", "out", "inout"}),
         .help = "packets that arrive, that leave, or both (the default)"},
        {.name = "no-promiscuous-mode", .letter = 'p', .help = "do not ask the device for the packets of others"},
        {.name = "buffer-size",
         .letter = 'B',
         .value = number("KIB", 1, std::uint64_t{1} << 20),
         .help = "memory for packets that wait to be written, in KiB (default: 65536)"},
        {.name = "mode",
         .value = choice("MODE", {"auto", "native", "tc", "generic"}),
         .help = "where programs run, see pfq-run(1)"},
        {.name = "time-stamp-type",
         .letter = 'j',
         .value = choice("TYPE", {"host", "host_hiprec", "host_lowprec", "adapter", "adapter_unsynced"}),
         .help = "the clock of packets: host and host_hiprec (the default) are precise, host_lowprec is the last timer "
                 "tick; those of adapters cannot be had"},
        {.name = "list-time-stamp-types", .letter = 'J', .help = "list the clocks that can be had, and end"},
        {.name = "time-stamp-precision",
         .value = choice("PRECISION", {"micro", "nano"}),
         .help = "of what is written (default: nano) and of what is printed (default: micro)"},
        {.name = "micro", .help = "the same as --time-stamp-precision=micro"},
        {.name = "nano", .help = "the same as --time-stamp-precision=nano"},
        {.name = "immediate-mode", .help = "packets are read at once, as always, and written at once, as with -U"},
        {.name = "relinquish-privileges",
         .letter = 'Z',
         .value = text("USER"),
         .help = "when everything is open, write files as USER, who gets the first one too, and print as USER"},
        {.name = "json", .help = "the summary, events and errors as JSON"},
    };
}

std::vector<Option> writing_options() {
    constexpr auto section = "Writing";
    return {
        {.name = "write",
         .letter = 'w',
         .value = file("FILE"),
         .section = section,
         .help = "write packets to FILE instead of printing them; - is standard output"},
        {.name = "format",
         .value = choice("FORMAT", {"pcap", "pcapng"}),
         .section = section,
         .help = "format of FILE; default: pcapng if the name ends so, else pcap"},
        {.name = "packet-buffered", .letter = 'U', .section = section, .help = "write packets as soon as they come"},
        {.name = "file-size",
         .letter = 'C',
         .value = number("MB", 1, 1'000'000'000),
         .section = section,
         .help = "begin another file, FILE1, FILE2, ..., when one has more than so many million bytes"},
        {.name = "rotate-seconds",
         .letter = 'G',
         .value = number("SECONDS", 1, 1'000'000'000),
         .section = section,
         .help = "begin another file every so many seconds; FILE is a format of strftime(3)"},
        {.name = "file-count",
         .letter = 'W',
         .value = number("COUNT", 1, 1'000'000'000),
         .section = section,
         .help = "with -C: begin again with the first file after so many; with -G alone: end after so many"},
    };
}

std::vector<Option> printing_options() {
    constexpr auto section = "Printing, which tcpdump does";
    const auto flag = [&](std::string_view name, char letter, std::string_view help) {
        return Option{.name = name, .letter = letter, .section = section, .help = help};
    };
    return {
        flag("print", 0, "print packets although -w is given"),
        flag("numeric", 'n', "print no names"),
        flag("link-level", 0, "print the link-level header (-e of tcpdump)"),
        flag("less", 'q', "print less about protocols"),
        flag("verbose", 'v', "print more; -vv and -vvv: still more"),
        flag("hex", 'x', "print the bytes in hexadecimal; -xx: with the link-level header"),
        flag("hex-ascii", 'X', "print the bytes in hexadecimal and ASCII; -XX: with the link-level header"),
        flag("ascii", 'A', "print the bytes in ASCII"),
        flag("no-time", 't', "print no time; -tt to -ttttt: other forms of it"),
        flag("number", '#', "print the number of each packet"),
        flag("line-buffered", 'l', "print each line at once"),
    };
}

} // namespace

const Command& capture_table() {
    static const Command table = [] {
        Command command{
            .name = "capture",
            .summary = "capture packets with the options of tcpdump",
            .positionals = {{.value = text("FILTER"),
                             .optional = true,
                             .repeatable = true,
                             .help = "only packets that match the filter expression, in the syntax of tcpdump"}},
            .options = packet_options(),
            .description =
                "Filter and program run in the kernel, in front of the queue that packets are read from. Packets are "
                "in the order of their time, with nanoseconds. Without -w they are printed by tcpdump.\n\n"
                "The summary on standard error has the lines of tcpdump, then one for each reason that dropped "
                "packets.\n\n"
                "SIGINT, SIGTERM and SIGHUP end the capture, SIGUSR1 prints a line of statistics, SIGUSR2 writes what "
                "is buffered.",
            .examples = {{"pfq capture -i eth0 -n port 53", "print DNS packets"},
                         {"pfq capture -i eth0 -w trace.pcap -C 100 -W 10 tcp", "ten files of 100 MB, over and over"},
                         {"pfq capture -i eth0 -U -w - | tshark -r -", "into another program"},
                         {"pfq capture -i eth0 -e 'filter is_frag' -w frags.pcapng", "with a program"}},
        };
        for (const auto& options : {writing_options(), printing_options()})
            command.options.insert(command.options.end(), options.begin(), options.end());
        return command;
    }();
    return table;
}

} // namespace pfq::tools
